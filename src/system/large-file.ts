/** Large files of root's own: read and written a piece at a time, whole on disk before they get their name. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { userError } from "../model/diagnostic.ts";
import { type DirectoryEntry, explain, withEntry } from "./descend.ts";
import type { BulkFile, NewFile } from "./interfaces.ts";
import { randomHex } from "./random.ts";
import { changeOpen, TEMPORARY_PREFIX } from "./write-at.ts";

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export function openLarge(path: string): BulkFile | undefined {
  const descriptor = explained(path, () =>
    withEntry(path, ({ place }) => {
      const stats = lstatSync(place, { throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      if (!stats.isFile()) throw userError("unusable-file", `${path}: is not a regular file`);
      return openSync(place, READ);
    }),
  );
  if (descriptor === undefined) return undefined;
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) {
    closeSync(descriptor);
    throw userError("unusable-file", `${path}: is not a regular file`);
  }
  return {
    size: stats.size,
    read: (position, length) => explained(path, () => readAt(descriptor, position, length)),
    close: () => closeSync(descriptor),
  };
}

export function createLarge(directory: string): NewFile {
  const temporary = `${TEMPORARY_PREFIX}${randomHex(12)}`;
  const path = `${directory}/${temporary}`;
  const opened = explained(path, () => withEntry(path, openNew));
  if (opened === undefined) throw userError("no-such-file", `${directory}: no such directory`);
  const { folder, descriptor } = opened;
  const inFolder = (name: string): string => `/proc/self/fd/${folder}/${name}`;
  let size = 0;
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    closeSync(descriptor);
    closeSync(folder);
  };
  return {
    get size() {
      return size;
    },
    append: (bytes) => {
      size += explained(directory, () => writeAll(descriptor, bytes, size));
    },
    patch: (position, bytes) => explained(directory, () => void writeAll(descriptor, bytes, position)),
    read: (position, length) => explained(directory, () => readAt(descriptor, position, length)),
    publish: (name) =>
      explained(`${directory}/${name}`, () => {
        fsyncSync(descriptor);
        if (lstatSync(inFolder(name), { throwIfNoEntry: false }) !== undefined)
          throw userError("already-there", `${directory}/${name}: is there already`);
        renameSync(inFolder(temporary), inFolder(name));
        // The name is on disk only when its directory is.
        fsyncSync(folder);
        close();
      }),
    discard: () => {
      if (!isOpen) return;
      try {
        unlinkSync(inFolder(temporary));
      } finally {
        close();
      }
    },
    close,
  };
}

function openNew(entry: DirectoryEntry): { readonly folder: number; readonly descriptor: number } {
  const folder = openSync(entry.directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const descriptor = openSync(entry.place, CREATE, 0o600);
    try {
      // Where the file system knows no owners everybody could read it.
      const { uid, gid } = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
      changeOpen(descriptor, { mode: 0o600, uid, gid });
    } catch (error) {
      unlinkSync(entry.place);
      closeSync(descriptor);
      throw error;
    }
    return { folder, descriptor };
  } catch (error) {
    closeSync(folder);
    throw error;
  }
}

function writeAll(descriptor: number, bytes: Uint8Array, position: number): number {
  let written = 0;
  while (written < bytes.length)
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  return written;
}

function readAt(descriptor: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const count = readSync(descriptor, bytes, read, length - read, position + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

function explained<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw explain(path, error);
  }
}
