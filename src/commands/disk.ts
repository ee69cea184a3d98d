/** How full file systems are. */
import type { Command } from "../model/command.ts";

/** In bytes; a place that is not there is left out, and makes the exit code 1. */
export function freeSpace(paths: readonly string[]): Command {
  return {
    argv: ["df", "--block-size=1", "--output=size,avail,iavail,itotal,target", "--", ...paths],
    timeoutMs: 5_000,
  };
}

export interface FileSystem {
  /** Where it is mounted. */
  readonly place: string;
  /** In bytes, like what is free. */
  readonly size: number;
  readonly free: number;
  /** 0 where it does not count them. */
  readonly freeInodes: number;
  readonly inodes: number;
}

/** Behind a head: size, free bytes, free and all inodes ("-" where they are not counted), and where it is mounted. */
export function parseFreeSpace(text: string): readonly FileSystem[] {
  return text
    .trim()
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, size, free, freeInodes, inodes, place] =
        /^\s*(\d+)\s+(\d+)\s+(\d+|-)\s+(\d+|-)\s+(.+)$/.exec(line) ?? [];
      if (place === undefined) return [];
      return [
        {
          place,
          size: Number(size),
          free: Number(free),
          freeInodes: Number(freeInodes) || 0,
          inodes: Number(inodes) || 0,
        },
      ];
    });
}

/** Bytes that are free in the file system of a directory, and its kind. */
export function roomAt(path: string): Command {
  return { argv: ["df", "--block-size=1", "--output=avail,fstype", "--", path], timeoutMs: 5_000 };
}

/** Names of the files right in a directory that have something in them; none where it is not there, with exit code 1. */
export function wholeFiles(path: string): Command {
  const tests = ["-maxdepth", "1", "-type", "f", "-size", "+0", "-printf", "%f\\n"];
  return { argv: ["find", path, ...tests], timeoutMs: 5_000 };
}

/** Prints a name where a file below it changed within the last two minutes, and stops looking then. */
export function changedLately(path: string): Command {
  return { argv: ["find", path, "-type", "f", "-mmin", "-2", "-print", "-quit"], timeoutMs: 5_000 };
}
