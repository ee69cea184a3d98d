/** Reads the files in the folders beside service files, two levels deep: each with its text, or with the reason why not. */
import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { userError } from "../model/diagnostic.ts";
import type { FoundQuadlet } from "../model/quadlet-file.ts";
import { errorCode } from "./descend.ts";
import { kindOf, MAX_BYTES } from "./read-trees.ts";

/** More than any service has; a folder of a million files is none. */
const MAX_FILES = 500;

type Wanted = (name: string, folder: string) => boolean;

/** Of all folders in `directory`; links are followed nowhere below it. */
export function readFolders(directory: string, wanted: Wanted): readonly FoundQuadlet[] {
  return list(directory)
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readFolder(`${directory}/${name}`, wanted, true));
}

function readFolder(folder: string, wanted: Wanted, isTop: boolean): readonly FoundQuadlet[] {
  const entries = list(folder);
  const folders = isTop ? entries.filter((entry) => entry.isDirectory() && entry.name.endsWith(".d")) : [];
  const files = entries.filter((entry) => !entry.isDirectory() && wanted(entry.name, folder));
  if (files.length > MAX_FILES)
    throw userError("unusable-file", `${folder}: more than ${MAX_FILES} files`, "a service has fewer");
  return [
    ...files.map(({ name }) => readOne(`${folder}/${name}`)),
    ...folders.flatMap(({ name }) => readFolder(`${folder}/${name}`, wanted, false)),
  ];
}

function readOne(file: string): FoundQuadlet {
  let descriptor: number | undefined;
  try {
    // Not blocking: a pipe would be waited for without end.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_NOFOLLOW;
    descriptor = openSync(file, flags);
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { file, problem: `is ${kindOf(stat) ?? "something else"}, and no file` };
    if (stat.size > MAX_BYTES)
      return { file, problem: `has ${stat.size} bytes; more than ${MAX_BYTES} is no unit file` };
    const bytes = readFileSync(descriptor);
    if (bytes.length > MAX_BYTES) return { file, problem: "grows while it is read" };
    const text = bytes.toString("utf8");
    if (text.includes("\0") || !Buffer.from(text, "utf8").equals(bytes))
      return { file, problem: "is not text in UTF-8" };
    return { file, text };
  } catch (error) {
    const code = errorCode(error);
    if (code === "ELOOP") return { file, problem: "is a link: put the file itself there" };
    if (code === "ENXIO") return { file, problem: "is a socket, and no file" };
    return { file, problem: `cannot be read (${code || "unknown error"})` };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw userError("unusable-file", `${folder}: cannot be read (${errorCode(error) || "unknown error"})`);
  }
}
