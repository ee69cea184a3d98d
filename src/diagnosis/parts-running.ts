/** What is known of what runs: GPUs, certificates, services, runs, room for them. */
import type { Generation } from "../model/journal.ts";

export interface GpuPart {
  /** By vendor: "NVIDIA", "AMD". */
  readonly cards: readonly string[];
  readonly driver: string | undefined;
  /** Devices that CDI specifications define. */
  readonly devices: readonly string[];
  /** What keeps services, or before the first run any account, from the GPUs. */
  readonly problems: readonly { readonly message: string; readonly hint: string }[];
  /** nvidia-ctk, which writes CDI specifications, is there. */
  readonly toolkit: boolean;
  /** Services that ask for a GPU. */
  readonly asking: readonly string[];
}

export interface CertificatePart {
  /** In words, where clients refuse it. */
  readonly refused: { readonly sentence: string; readonly hint: string | undefined } | undefined;
  readonly ends: readonly CertificateEnd[];
}

export interface CertificateEnd {
  readonly which: string;
  readonly daysLeft: number;
  readonly until: string;
  /** Null where the site brings it along. */
  readonly renewedFrom: string | null;
}

export interface ServicePart {
  readonly name: string;
  readonly user: string;
  /** As `svc status` says it; undefined where it did not say it in time. */
  readonly word: string | undefined;
  readonly sentence: string;
  readonly hint: string | undefined;
}

export interface RunsFact {
  readonly last: Generation | undefined;
  /** A run is at work now. */
  readonly running: boolean;
}

/** A file system. */
export interface RoomFact {
  readonly place: string;
  /** What of ours is on it. */
  readonly holds: string;
  readonly size: number;
  readonly free: number;
  /** 0 where it does not count them. */
  readonly inodes: number;
  readonly freeInodes: number;
}

export interface BackupsFact {
  /** How often a timer takes them; undefined where none does. */
  readonly everySeconds: number | undefined;
  /** When the timer got its present form. */
  readonly timerSince: Date | undefined;
  /** Those that have data. */
  readonly services: readonly { readonly name: string; readonly taken: Date | undefined }[];
}

/** An image of an account, and the first unit that runs it. */
export interface ImagePart {
  readonly unit: string;
  readonly reference: string;
  readonly word: RegistryWord;
}

export type RegistryWord =
  | { readonly kind: "same" | "single" | "pinned" | "own" | "missing" }
  | { readonly kind: "newer"; readonly digest: string; readonly day: string | undefined }
  | { readonly kind: "silent"; readonly why: string };
