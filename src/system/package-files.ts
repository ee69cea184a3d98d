/** Reads the program's own files and the site's configuration: places that only root (or who runs us) can write. */
import { readdirSync, readFileSync } from "node:fs";
import { userError } from "../model/diagnostic.ts";
import { errorCode } from "./descend.ts";

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** Undefined where there is no such file. */
export function readTextFile(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw userError("unusable-file", `${file}: cannot be read (${code ?? "unknown error"})`);
  }
}

/** The files of one directory whose names end in `suffix`, by name; empty where there is no such directory. */
export function readTextFiles(directory: string, suffix: string): readonly TextFile[] {
  return listNames(directory)
    .filter((name) => name.endsWith(suffix))
    .sort()
    .flatMap((name) => {
      const file = `${directory}/${name}`;
      const text = readTextFile(file);
      return text === undefined ? [] : [{ file, text }];
    });
}

function listNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw userError("unusable-file", `${directory}: cannot be read (${errorCode(error) ?? "unknown error"})`);
  }
}
