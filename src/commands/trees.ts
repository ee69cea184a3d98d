/** Whole trees of root's own: copied, moved, removed. Never used below a directory that a service user owns. */
import type { Command } from "../model/command.ts";

const TIMEOUT_MS = 120_000;

/** Readable by everyone, owned by whoever runs it (root), symlinks kept as they are. */
export function copyTree(source: string, target: string): Command {
  return { argv: ["cp", "-R", "-P", "--no-target-directory", "--", source, target], timeoutMs: TIMEOUT_MS };
}

/** On one file system this is one rename. */
export function moveTree(source: string, target: string): Command {
  return { argv: ["mv", "--no-target-directory", "--", source, target], timeoutMs: TIMEOUT_MS };
}

export function removeTree(...paths: readonly string[]): Command {
  return { argv: ["rm", "-rf", "--one-file-system", "--", ...paths], timeoutMs: TIMEOUT_MS };
}
