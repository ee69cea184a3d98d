/** Changes one name in an open directory, so that a kill at any point leaves the old file or the new one. */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { userError } from "../model/diagnostic.ts";
import { type DirectoryEntry, errorCode, refuseSymlink } from "./descend.ts";
import type { WriteOptions } from "./interfaces.ts";
import { randomHex } from "./random.ts";

/** Starts the names of temporary files: what a killed run left behind is found, and removed, by it. */
export const TEMPORARY_PREFIX = ".install-quadlets-";

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export function writeAt(entry: DirectoryEntry, content: string, options: WriteOptions): void {
  const existing = lstatSync(entry.place, { throwIfNoEntry: false });
  if (existing?.isSymbolicLink() === true) throw refuseSymlink(entry.path);
  if (existing?.isDirectory() === true) throw userError("in-the-way", `${entry.path}: is a directory, not a file`);
  const directory = openSync(entry.directory, constants.O_RDONLY | constants.O_DIRECTORY);
  // Unpredictable: the owner of the directory cannot wait at that name.
  const temporary = `/proc/self/fd/${directory}/${TEMPORARY_PREFIX}${randomHex(12)}`;
  try {
    fill(temporary, content, options);
    try {
      renameSync(temporary, `/proc/self/fd/${directory}/${entry.name}`);
    } catch (error) {
      unlinkSync(temporary);
      throw error;
    }
    // The name is on disk only when its directory is.
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

export function fill(temporary: string, content: string, options: WriteOptions): void {
  // Never more than the owner's part of the final mode, whatever the umask: nobody reads it half-made.
  const descriptor = openSync(temporary, CREATE, options.mode & 0o600);
  try {
    changeOpen(descriptor, options);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** An existing directory is fine; what else may be there is found when it is opened. */
export function makeDirectoryAt(entry: DirectoryEntry): void {
  try {
    // Root's alone until owner and mode are set through the open directory.
    mkdirSync(entry.place, 0o700);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

/** Owner first: changing it clears the set-id bits of the mode. */
export function changeOpen(descriptor: number, { uid, gid, mode }: WriteOptions): void {
  const before = fstatSync(descriptor);
  if (before.uid !== uid || before.gid !== gid) fchownSync(descriptor, uid, gid);
  if ((fstatSync(descriptor).mode & 0o7777) !== mode) fchmodSync(descriptor, mode);
  const after = fstatSync(descriptor);
  if (after.uid !== uid || after.gid !== gid || (after.mode & 0o7777) !== mode) {
    throw userError("not-writable", "owner or mode did not take: the file system does not support them");
  }
}
