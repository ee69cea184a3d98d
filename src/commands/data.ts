/** The data of a service: packed, unpacked, put aside. Wrapped in asUser, so that no link leads further than its own rights. */
import type { Command } from "../model/command.ts";

const MINUTES = 60_000;
/** Owners as the containers see them: on another host the same ids have other numbers. */
const OWNERS = ["--numeric-owner", "--xattrs", "--xattrs-include=user.*"];

/** Everything below, and the directory itself, on standard output. */
export function packTree(directory: string, options: { readonly running: boolean }): Command {
  // Files that change or go while they are read are no reason to fail where everything runs.
  const lenient = options.running ? ["--ignore-failed-read", "--warning=no-file-changed"] : [];
  const place = [`--directory=${above(directory)}`, "--file=-", "--", nameOf(directory)];
  return inNamespace(["tar", "--create", "--format=posix", "--sparse", ...OWNERS, ...lenient, ...place]);
}

/** From standard input, and nothing but that directory of it. */
export function unpackTree(directory: string): Command {
  const place = [`--directory=${above(directory)}`, "--file=-", "--", nameOf(directory)];
  return inNamespace(["tar", "--extract", "--same-owner", "--preserve-permissions", ...OWNERS, ...place]);
}

export function moveData(from: string, to: string): Command {
  return { ...inNamespace(["mv", "--no-target-directory", "--", from, to]), timeoutMs: MINUTES };
}

/** With owners, times and attributes; blocks are shared where the file system can. Prints a line for each file. */
export function copyData(from: string, to: string): Command {
  return inNamespace(["cp", "--archive", "--reflink=auto", "--verbose", "--no-target-directory", "--", from, to]);
}

/** What is in a directory and not the directory itself, which may be one that a file system is mounted on. */
export function emptyData(directory: string): Command {
  return { ...inNamespace(["find", directory, "-mindepth", "1", "-delete"]), timeoutMs: 240 * MINUTES };
}

/** An empty directory with the owner and the mode of another one. */
export function makeLike(directory: string, other: string): readonly Command[] {
  const commands: readonly [string, ...string[]][] = [
    ["mkdir", "--", directory],
    ["chmod", `--reference=${other}`, "--", directory],
    ["chown", `--reference=${other}`, "--", directory],
  ];
  return commands.map((argv) => ({ ...inNamespace(argv), timeoutMs: MINUTES }));
}

/** A database of terabytes goes within hours, if at all. */
export function removeData(directory: string): Command {
  return { ...inNamespace(["rm", "-rf", "--", directory]), timeoutMs: 240 * MINUTES };
}

/** In bytes, in front of each path. */
export function sizeOfData(directories: readonly string[]): Command {
  return { ...inNamespace(["du", "--summarize", "--block-size=1", "--", ...directories]), timeoutMs: 60 * MINUTES };
}

export function encrypt(recipients: readonly string[]): Command {
  return { argv: ["age", "--encrypt", ...recipients.flatMap((recipient) => ["--recipient", recipient])] };
}

export function decrypt(identityFile: string): Command {
  return { argv: ["age", "--decrypt", "--identity", identityFile] };
}

/** There the account is root over its own subordinate ids, and nobody outside. */
function inNamespace(argv: readonly [string, ...string[]]): Command {
  return { argv: ["podman", "unshare", ...argv] };
}

function above(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
