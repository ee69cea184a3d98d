/** What was found out about host and units in one look. What is undefined could not be read. */
import type { Word } from "../apps/signs.ts";

export interface Measured {
  /** Seconds since 1970. */
  readonly now: number;
  readonly services: readonly MeasuredService[];
  readonly disks: readonly Disk[];
  readonly interfaces: readonly Interface[];
  readonly clockIsSet: boolean | undefined;
  /** What timers of this program start, and whether the last time failed. */
  readonly timers: readonly { readonly name: string; readonly failed: boolean }[];
  /** By what they are for; seconds since 1970. */
  readonly certificates: readonly { readonly name: string; readonly until: number }[];
  /** Of services with data; `taken` in seconds since 1970, undefined where there is none. */
  readonly backups: readonly { readonly service: string; readonly taken: number | undefined }[];
  /** How often a timer takes them. */
  readonly backupSeconds: number | undefined;
  /** Not asked where nobody reads it in words. */
  readonly gpus: readonly MeasuredGpu[];
  /** How the last `verify` of the timer ended, as an exit code; undefined where there was none since the boot. */
  readonly verified: { readonly at: number; readonly exitCode: number } | undefined;
}

/** What `svc status` says, in words that everybody may read. */
export interface Told {
  readonly word: Word;
  readonly sentence: string;
}

export interface MeasuredGpu {
  readonly index: number;
  readonly name: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly busy: number | undefined;
}

export interface MeasuredService extends Told {
  readonly name: string;
  readonly managerAnswers: boolean;
  readonly memoryEnds: number | undefined;
  readonly units: readonly MeasuredUnit[];
}

export interface MeasuredUnit extends Told {
  readonly name: string;
  readonly image: string;
  readonly restarts: number | undefined;
  /** Health checks in a row. */
  readonly failedChecks: number | undefined;
  /** In bytes, without files that the kernel could forget. */
  readonly memory: number | undefined;
  readonly memoryLimit: number | undefined;
  readonly cpuSeconds: number | undefined;
  readonly tasks: number | undefined;
}

export interface Disk {
  readonly mountpoint: string;
  readonly size: number;
  readonly free: number;
  /** 0 where the file system does not count them. */
  readonly inodes: number;
  readonly freeInodes: number;
}

export interface Interface {
  readonly device: string;
  readonly received: number;
  readonly sent: number;
}
