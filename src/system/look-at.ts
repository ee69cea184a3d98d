/** What lies at a path that a person names, before anybody opens it. */
import { statSync } from "node:fs";
import { kindOf, MAX_BYTES } from "./read-trees.ts";

/** "FILE is a pipe, and no file" before somebody reads it to the end that never comes; undefined for what may be read. */
export function reasonNotToRead(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const kind = kindOf(stat);
  if (kind !== undefined) return `is ${kind}, and no file`;
  return stat.size > MAX_BYTES ? `has ${stat.size} bytes, which is no configuration` : undefined;
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
