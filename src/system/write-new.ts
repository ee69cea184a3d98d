/** Writes a file of one's own that must not be there yet: nothing is overwritten, and no link is followed at its name. */
import { closeSync, constants, fsyncSync, linkSync, lstatSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { UserError, userError } from "../model/diagnostic.ts";
import { errorCode, withEntry } from "./descend.ts";
import type { WriteOptions } from "./interfaces.ts";
import { randomHex } from "./random.ts";
import { fill, TEMPORARY_PREFIX } from "./write-at.ts";

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** For who wants to know it before the work is done. */
export function refuseOld(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw explained(path, "EEXIST");
}

/** Readable for its owner only, from the first byte on. */
export function writeNewFile(path: string, content: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, NEW, 0o600);
  } catch (error) {
    throw explained(path, errorCode(error));
  }
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } catch (error) {
    unlinkSync(path);
    throw explained(path, errorCode(error));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The same for a file of a service or a site: whole on disk before it has its name, no link followed anywhere in the path.
 * link(2) refuses a name that is taken, whatever has it.
 */
export function publishNewFile(path: string, content: string, options: WriteOptions): void {
  const done = withEntry(path, (entry) => {
    const directory = openSync(entry.directory, constants.O_RDONLY | constants.O_DIRECTORY);
    const inFolder = (name: string) => `/proc/self/fd/${directory}/${name}`;
    const temporary = inFolder(`${TEMPORARY_PREFIX}${randomHex(12)}`);
    try {
      fill(temporary, content, options);
      try {
        linkSync(temporary, inFolder(entry.name));
      } finally {
        unlinkSync(temporary);
      }
      fsyncSync(directory);
    } catch (error) {
      throw error instanceof UserError ? error : explained(path, errorCode(error));
    } finally {
      closeSync(directory);
    }
    return true;
  });
  if (done !== true) throw explained(path, "ENOENT");
}

function explained(path: string, code: string): UserError {
  if (code === "EEXIST")
    return userError("already-there", `${path}: is there already, and was not touched`, "name a new file");
  if (code === "ENOENT" || code === "ENOTDIR")
    return userError("not-writable", `${path}: its directory does not exist`);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return userError("not-writable", `${path}: may not be written`);
  return userError("not-writable", `${path}: cannot be written (${code === "" ? "unknown error" : code})`);
}
