/** What a rule is, and the few words that rules are written in. */
import { placeInValue } from "../quadlet/read.ts";
import { Gathered } from "./gathered.ts";
import type { Entry, Kind, SourceFile, Unit, UnitSet } from "./unit-set.ts";

/**
 * error: the unit is lost, will not start, or runs something else than what is written.
 * warning: it works, but not as written. hint: it works, and there is something to know.
 */
export type Level = "error" | "warning" | "hint";

/** Replaces file.text[from..to). */
export interface Edit {
  readonly file: SourceFile;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface Found {
  readonly file: SourceFile;
  readonly at: number;
  /** "Container.Image", or "". */
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Mechanical: the file means what was meant, whatever else is in it. */
  readonly fix?: readonly Edit[] | undefined;
  /** So many more of it in this file were only counted. */
  readonly more?: number;
}

export interface Context {
  readonly set: UnitSet;
  readonly podman: string;
  /** For the system's manager and not for that of a user. */
  readonly rootful: boolean;
}

export interface Rule {
  readonly id: string;
  readonly level: Level;
  /** What is wrong, in half a sentence. */
  readonly what: string;
  /** What becomes of it. */
  readonly why: string;
  /** What to write instead. */
  readonly instead: string;
  /** The first podman that it is true for. */
  readonly since?: string;
  /** The first podman that it is no longer true for. */
  readonly until?: string;
  readonly only?: "rootless" | "rootful";
  readonly find: Find;
}

/** In all units; where it can be asked of each by itself, `inUnit` does that. */
export interface Find {
  (context: Context): readonly Found[];
  readonly inUnit?: FindInUnit;
}

type FindInUnit = (unit: Unit, context: Context) => readonly Found[];

/** A rule that looks at one unit at a time. */
export function perUnit(kinds: readonly Kind[], find: FindInUnit): Find {
  const inUnit: FindInUnit = (unit, context) => (kinds.includes(unit.kind) ? find(unit, context) : []);
  return Object.assign((context: Context) => context.set.units.flatMap((unit) => inUnit(unit, context)), { inUnit });
}

/** A rule that looks at one assignment at a time. */
export function perEntry(
  kinds: readonly Kind[],
  find: (entry: Entry, unit: Unit, context: Context) => readonly Found[],
): Find {
  return perUnit(kinds, (unit, context) => {
    // A loop, because nearly all of very many answers are empty.
    const gathered = new Gathered<Found>();
    for (const entry of unit.entries) {
      for (const one of find(entry, unit, context)) gathered.add(one.file, () => one);
    }
    return gathered.all();
  });
}

export function atEntry(entry: Entry, message: string, hint?: string, fix?: readonly Edit[]): Found {
  return { file: entry.file, at: entry.at, path: `${entry.section}.${entry.key}`, message, hint, fix };
}

/** At a place inside the value. */
export function atValue(entry: Entry, valueAt: number, message: string, hint?: string, fix?: readonly Edit[]): Found {
  return { ...atEntry(entry, message, hint, fix), at: placeInValue(entry, valueAt) };
}

/** At the main section of a unit, or where it begins: for what is missing. */
export function atUnit(unit: Unit, message: string, hint?: string): Found {
  const section = unit.sections.find((candidate) => candidate.name === unit.section && candidate.file === unit.file);
  return {
    file: unit.file,
    at: section?.at ?? unit.start,
    path: section === undefined ? "" : unit.section,
    message,
    hint,
  };
}

/** Another value for an assignment; undefined where it is spread over lines. */
export function replaceValue(entry: Entry, value: string): readonly Edit[] | undefined {
  const [part, ...more] = entry.parts;
  if (part === undefined || more.length > 0) return undefined;
  return [{ file: entry.file, from: part.at, to: entry.end, text: value }];
}

export function replaceKey(entry: Entry, key: string): readonly Edit[] {
  return [{ file: entry.file, from: entry.at, to: entry.at + entry.key.length, text: key }];
}
