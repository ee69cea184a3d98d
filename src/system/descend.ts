/** Walks a path one component at a time, so that nobody can swap a directory for a symlink under our feet. */
import { closeSync, constants, lstatSync, openSync } from "node:fs";
import { UserError, userError } from "../model/diagnostic.ts";

/** Linux, every architecture Node runs on: a descriptor that only names the directory; needs no read permission. */
const O_PATH = 0o10000000;
const DIRECTORY = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** A name in an open directory. `place` is a path for any file call; only its last component is still looked up. */
export interface DirectoryEntry {
  readonly path: string;
  readonly name: string;
  readonly place: string;
  /** The directory itself, for opening it again with read permission. */
  readonly directory: string;
}

/**
 * Node has no openat(2). /proc/self/fd/N/NAME does the same: the kernel goes from the open descriptor, whatever has
 * happened to the path meanwhile. Undefined where a directory on the way is missing. Synchronous, because an open
 * takes microseconds and a round trip through the thread pool a hundred times that.
 */
export function withEntry<T>(path: string, use: (entry: DirectoryEntry) => T): T | undefined {
  const names = splitPath(path);
  const name = names.pop() ?? ".";
  let descriptor = openSync("/", DIRECTORY);
  try {
    let walked = "";
    for (const component of names) {
      const place = `/proc/self/fd/${descriptor}/${component}`;
      walked += `/${component}`;
      const next = openDirectory(place, walked);
      if (next === undefined) return undefined;
      closeSync(descriptor);
      descriptor = next;
    }
    const directory = `/proc/self/fd/${descriptor}`;
    return use({ path, name, place: `${directory}/${name}`, directory: `${directory}/.` });
  } finally {
    closeSync(descriptor);
  }
}

export function refuseSymlink(path: string): UserError {
  return userError(
    "in-the-way",
    `${path}: is a symlink, refused`,
    "service users own parts of these trees, so symlinks are not followed; replace it by a real file or directory",
  );
}

/** The code of a failed system call. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Permission and I/O errors in the words of the path that was asked for, not of /proc/self/fd/N. */
export function explain(path: string, error: unknown): Error {
  if (error instanceof UserError || !(error instanceof Error)) return error as Error;
  const code = errorCode(error);
  if (code === "") return error;
  const hint = code === "EACCES" || code === "EPERM" ? "run it as root" : undefined;
  return userError("unusable-file", `${path}: ${error.message.replace(/, [a-z]+ '.*$/, "")}`, hint);
}

function splitPath(path: string): string[] {
  if (!path.startsWith("/")) throw new Error(`not an absolute path: ${path}`);
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) throw new Error(`".." in a path: ${path}`);
  return names;
}

/** O_DIRECTORY and O_NOFOLLOW answer ENOTDIR for a symlink and for a file: a look at it tells which. */
function openDirectory(place: string, walked: string): number | undefined {
  try {
    return openSync(place, DIRECTORY);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return undefined;
    if (code !== "ENOTDIR" && code !== "ELOOP") throw explain(walked, error);
    if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true) throw refuseSymlink(walked);
    return undefined;
  }
}
