/** What is known of a unit when its state is put into words: plain facts, gathered in look.ts, judged in judge.ts. */
import type { UnitFact } from "../model/facts.ts";
import type { FullPlace } from "../model/full.ts";
import type { IndexedUnit } from "../model/indexed-unit.ts";

/** "asleep": stopped, as it may be: it takes turns with others. */
export type Word = "healthy" | "starting" | "degraded" | "failed" | "stopped" | "asleep";

export interface Judgement {
  readonly word: Word;
  /** For a person, without the name of the unit and without a full stop. */
  readonly sentence: string;
  /** What mends it when it is pasted; there for every degraded or failed unit. */
  readonly hint?: string;
  /** The line of the unit's own log that says why, where the sentence does not quote it already. */
  readonly line?: string;
}

export interface Owner {
  readonly name: string;
  readonly user: string;
  readonly uid: number;
  readonly home: string;
  readonly swap?: { readonly group: string };
}

export interface Signs {
  readonly service: Owner;
  readonly unit: IndexedUnit;
  /** Of the user's manager: "cut off" where it runs and its directory in /run is gone. */
  readonly manager: "up" | "down" | "silent" | "cut off";
  readonly fact: UnitFact | undefined;
  /** Undefined where nothing made us look. */
  readonly health?: HealthFact | undefined;
  readonly more?: More | undefined;
  /** What a sentence repeats of words from a log; all of them, where it is undefined. */
  readonly quoted?: ((words: string) => string) | undefined;
}

/** What podman wrote down about the last health checks. */
export interface HealthFact {
  readonly streak: number;
  /** Of the check that failed last: what it printed, and its exit code. */
  readonly words: string;
  readonly secondsAgo: number;
}

/** Asked only where something is not well. */
export interface More {
  /** Seconds since 1970. */
  readonly now?: number;
  readonly account: boolean;
  readonly home: boolean;
  /** How the last process ended; undefined where none has yet. */
  readonly ending?: Ending | undefined;
  /** Seconds since the present start began. */
  readonly startedAgo?: number | undefined;
  /** How long it was up the last time, and how long ago that ended; undefined where it never was. */
  readonly lastUp?: { readonly seconds: number; readonly endedAgo: number } | undefined;
  /** Its own lines since the last start or two, oldest first. */
  readonly log: readonly LogLine[];
  /** Undefined: not asked, or it has none. */
  readonly image?: boolean | undefined;
  /** Where it lacks its image: bytes that its account has fetched so far; undefined where no pull is under way. */
  readonly pulled?: number | undefined;
  /** Who has a port of the service, and is not it. */
  readonly taken?: { readonly port: number; readonly process: string } | undefined;
  /** A file system that the service needs and that is full. */
  readonly full?: FullPlace | undefined;
  /** A file of the service that somebody changed or removed since the last run. */
  readonly touched?: { readonly path: string; readonly gone: boolean } | undefined;
  /** Undefined where the kernel's log was not read, or nothing made us read it. */
  readonly outOfMemory?: OutOfMemory | undefined;
  /** Files change where the present phase of the start writes them. */
  readonly grows?: boolean | undefined;
  /** Of the weights that the present phase fetches: bytes so far, and of how many about, where somebody knows. */
  readonly fetched?: { readonly bytes: number; readonly whole: number | undefined } | undefined;
}

/**
 * Whose memory ran out when the kernel killed something of the unit: a limit of the unit's own, one of a group that it is
 * in (its path), or all that the host has. "nobody": it killed nothing of the unit.
 */
export type OutOfMemory = "unit" | "host" | "nobody" | `/${string}`;

export interface Ending {
  readonly kind: "exited" | "killed";
  /** Exit code, or number of the signal. */
  readonly status: number;
  /** What systemd called it, where the next try is on its way: the unit's own result is about that one. */
  readonly result?: string | undefined;
}

/** "event" and "noise" are left out, unless somebody asks for all of it. */
export interface LogLine {
  readonly unit: string;
  readonly from: "own" | "podman" | "systemd" | "event" | "noise";
  /** Microseconds since 1970. */
  readonly time: number;
  readonly text: string;
}
