/** Writes a file of one's own that must not be there yet: nothing is overwritten, and no link is followed at its name. */
import { closeSync, constants, fsyncSync, lstatSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { UserError } from "../model/diagnostic.ts";
import { errorCode } from "./descend.ts";

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

function explained(path: string, code: string): UserError {
  if (code === "EEXIST") return new UserError(`${path}: is there already, and was not touched`, "name a new file");
  if (code === "ENOENT" || code === "ENOTDIR") return new UserError(`${path}: its directory does not exist`);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return new UserError(`${path}: may not be written`);
  return new UserError(`${path}: cannot be written (${code === "" ? "unknown error" : code})`);
}
