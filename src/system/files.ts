/** The disk, for a root process that works in directories which service users own: see Files in interfaces.ts. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  rmdirSync,
  type Stats,
  unlinkSync,
} from "node:fs";
import { type UserError, userError } from "../model/diagnostic.ts";
import { type DirectoryEntry, errorCode, explain, refuseSymlink, withEntry } from "./descend.ts";
import type { FileStat, Files, WriteOptions } from "./interfaces.ts";
import { readDescriptor } from "./read-descriptor.ts";
import { changeOpen, makeDirectoryAt, writeAt } from "./write-at.ts";

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
/** Non-blocking: a service user may have put a FIFO where we expect a file. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export class RealFiles implements Files {
  async stat(path: string): Promise<FileStat | undefined> {
    return at(path, ({ place }) => {
      const stats = lstatSync(place, { throwIfNoEntry: false });
      return stats === undefined ? undefined : describe(stats);
    });
  }

  async read(path: string, maxBytes = DEFAULT_MAX_BYTES): Promise<string | undefined> {
    return at(path, (entry) =>
      withOpen(entry, READ, (descriptor) => {
        if (!fstatSync(descriptor).isFile()) throw userError("unusable-file", `${path}: is not a regular file`);
        return readDescriptor(descriptor, path, maxBytes);
      }),
    );
  }

  async list(path: string): Promise<readonly string[]> {
    const names = at(path, (entry) =>
      withOpen(entry, READ | constants.O_DIRECTORY, (descriptor) => readdirSync(`/proc/self/fd/${descriptor}`).sort()),
    );
    return names ?? [];
  }

  async write(path: string, content: string, options: WriteOptions): Promise<void> {
    const done = at(path, (entry) => {
      writeAt(entry, content, options);
      return true;
    });
    if (done !== true) throw missingDirectory(path);
  }

  async makeDirectory(path: string, options: WriteOptions): Promise<void> {
    const done = at(path, (entry) => {
      makeDirectoryAt(entry);
      return withOpen(entry, READ | constants.O_DIRECTORY, (descriptor) => {
        changeOpen(descriptor, options);
        return true;
      });
    });
    if (done !== true) throw missingDirectory(path);
  }

  async setOwnerAndMode(path: string, options: WriteOptions): Promise<void> {
    const done = at(path, (entry) =>
      withOpen(entry, READ, (descriptor) => {
        const stats = fstatSync(descriptor);
        // A hard link may be another name of a file elsewhere, which a service user must not get through us.
        if (stats.isFile() && stats.nlink > 1)
          throw userError("unusable-file", `${path}: has ${stats.nlink} names, refused`);
        if (!stats.isFile() && !stats.isDirectory())
          throw userError("unusable-file", `${path}: is neither file nor directory`);
        changeOpen(descriptor, options);
        return true;
      }),
    );
    if (done !== true) throw userError("no-such-file", `${path}: no such file or directory`);
  }

  async remove(path: string): Promise<void> {
    at(path, ({ place }) => {
      const stats = lstatSync(place, { throwIfNoEntry: false });
      if (stats === undefined) return;
      if (stats.isDirectory()) rmdirSync(place);
      else unlinkSync(place);
    });
  }
}

function at<T>(path: string, use: (entry: DirectoryEntry) => T): T | undefined {
  try {
    return withEntry(path, use);
  } catch (error) {
    throw explain(path, error);
  }
}

/** Undefined where nothing is there. */
function withOpen<T>(entry: DirectoryEntry, flags: number, use: (descriptor: number) => T): T | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(entry.place, flags);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return undefined;
    if (lstatSync(entry.place, { throwIfNoEntry: false })?.isSymbolicLink() === true) throw refuseSymlink(entry.path);
    if (code === "ENOTDIR") throw userError("unusable-file", `${entry.path}: is not a directory`);
    if (code === "ENXIO") throw userError("unusable-file", `${entry.path}: is not a regular file`);
    throw error;
  }
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function describe(stats: Stats): FileStat {
  const { uid, gid, size, mtimeMs } = stats;
  return { kind: kindOf(stats), uid, gid, mode: stats.mode & 0o7777, size, modified: mtimeMs };
}

function kindOf(stats: Stats): FileStat["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "symlink" : "other";
}

function missingDirectory(path: string): UserError {
  return userError("no-such-file", `${path}: the directory above it does not exist`);
}
