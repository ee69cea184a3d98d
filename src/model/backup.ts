/** What the data of a service are, how they are made quiet, and how they are counted: for backup and restore. */
import type { AbsolutePath, UnitName } from "./names.ts";

/** As the service file says it; containers by their short names. */
export interface Backup {
  /** Containers that stop first, so that what is counted, dumped and copied belongs together. */
  readonly writers: readonly string[];
  readonly parts: readonly DataPart[];
  /** Directories that containers write and nobody would miss: caches, logs. */
  readonly notData: readonly AbsolutePath[];
  /** Secrets that the data are lost without. */
  readonly secrets: readonly string[];
  readonly counts: readonly DataCount[];
}

export interface DataPart {
  readonly name: string;
  /** All of it is the part's: this is what is put aside before a restore. */
  readonly directory: AbsolutePath;
  readonly taken: Taken;
}

export type Taken =
  /** As it lies there, while nothing that writes it runs. */
  | { readonly kind: "stopped" }
  /** As it lies there, while everything runs: for files that are written once and never changed. */
  | { readonly kind: "running" }
  /** By a program in a running container, whose output is the part; another one reads it again. */
  | {
      readonly kind: "dumped";
      readonly container: string;
      readonly dump: readonly string[];
      readonly restore: readonly string[];
    };

/** A program in a container that prints one number: users, rows, traces. */
export interface DataCount {
  readonly name: string;
  readonly container: string;
  readonly command: readonly string[];
}

/** As svc and the backup know it: units and podman's names in place of short ones. */
export interface IndexedBackup {
  /** In the order of starts. */
  readonly writers: readonly UnitName[];
  readonly parts: readonly IndexedPart[];
  /** As podman knows them, with those that are made of them. */
  readonly secrets: readonly string[];
  readonly counts: readonly (DataCount & { readonly unit: UnitName })[];
}

/** Some keep nothing that a backup would have to bring back. */
export function hasData<Of extends Backup | IndexedBackup>(backup: Of | undefined): backup is Of {
  return backup !== undefined && backup.parts.length > 0;
}

export interface IndexedPart {
  readonly name: string;
  readonly directory: AbsolutePath;
  /** Containers that write in it. */
  readonly users: readonly UnitName[];
  readonly taken: IndexedTaken;
}

export type IndexedTaken =
  | Exclude<Taken, { readonly kind: "dumped" }>
  | (Extract<Taken, { readonly kind: "dumped" }> & { readonly unit: UnitName });

/** How often the timer takes one, by what stack.yaml says. */
export const BACKUP_SECONDS = { off: undefined, hourly: 3_600, daily: 86_400, weekly: 604_800 } as const;

/** What a timer does by itself. */
export interface BackupTimer {
  readonly every: "off" | "hourly" | "daily" | "weekly";
  /** How many stay, of each service. */
  readonly keep: number;
  /** Undefined: where root keeps them. */
  readonly to: AbsolutePath | undefined;
  /** Recipients of age. */
  readonly encryptTo: readonly string[];
}
