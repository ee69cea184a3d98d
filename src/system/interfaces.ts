/** The doors to the host: everything that reads or changes it goes through one of these. */
import type { Command, CommandResult } from "../model/command.ts";

/** Runs commands. `run` throws CommandFailed on a non-zero exit; `probe` returns the result whatever it is. */
export interface Runner {
  run(command: Command, onLine?: (line: string) => void): Promise<CommandResult>;
  probe(command: Command): Promise<CommandResult>;
}

export interface FileStat {
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly uid: number;
  readonly gid: number;
  /** Permission bits only. */
  readonly mode: number;
  readonly size: number;
}

export interface WriteOptions {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Reads and changes the disk. No method follows a symlink in any component of a path
 * (service users own parts of the trees); one found on the way is a UserError.
 */
export interface Files {
  /** Undefined where nothing is there. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Undefined where nothing is there; `maxBytes` guards against a huge file planted by a service user. */
  read(path: string, maxBytes?: number): Promise<string | undefined>;
  list(path: string): Promise<readonly string[]>;
  /** Temporary file in the same directory with an unpredictable name and the final mode and owner, fsync, rename, fsync of the directory. */
  write(path: string, content: string, options: WriteOptions): Promise<void>;
  /** Creates one directory (parents must exist) or corrects owner and mode of an existing one. */
  makeDirectory(path: string, options: WriteOptions): Promise<void>;
  setOwnerAndMode(path: string, options: WriteOptions): Promise<void>;
  remove(path: string): Promise<void>;
}

export interface Clock {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
}

/** Random bytes for generated secrets. */
export interface Randomness {
  bytes(count: number): Uint8Array;
}

export interface System {
  readonly runner: Runner;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Randomness;
}
