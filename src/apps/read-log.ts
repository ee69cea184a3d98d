/** Entries of several units in the order of time, without what podman and health checks add. */
import { type JournalOptions, mergedLogs, type OwnedUnits } from "../commands/journal.ts";
import type { Command } from "../model/command.ts";
import type { IndexedService } from "../model/index-file.ts";
import { type IndexedUnit, withTwin } from "../model/indexed-unit.ts";
import { ENTRY_FIELDS, type Entry, parseEntry } from "./journal-lines.ts";
import { noiseOf } from "./noise.ts";

export type Stream = (command: Command) => AsyncIterable<string>;

export interface LogSource {
  readonly units: readonly OwnedUnits[];
  readonly services: readonly IndexedService[];
  /** podman's events and the noise of health checks, too. */
  readonly all: boolean;
}

export function unitsToRead({ uid }: IndexedService, units: readonly IndexedUnit[]): OwnedUnits {
  return { uid, units: units.flatMap(withTwin) };
}

export interface Last {
  readonly entries: readonly Entry[];
  /** Of the newest entry, wanted or not: what comes behind it was not read; "" where there is none. */
  readonly cursor: string;
}

/** From the newest back, until there are enough: how many of them are podman's own nobody knows before. */
export async function lastEntries(stream: Stream, source: LogSource, count: number, since?: string): Promise<Last> {
  const found: Entry[] = [];
  let cursor = "";
  for await (const entry of entries(stream, source, { reverse: true, ...(since !== undefined && { since }) })) {
    if (cursor === "") cursor = entry.cursor;
    if (found.length < count && isWanted(entry, source)) found.push(entry);
    if (found.length >= count) break;
  }
  return { entries: found.reverse(), cursor };
}

/** Every entry, so that the caller knows the last cursor; `wanted` says whether it is to be shown. */
export async function* entriesFrom(
  stream: Stream,
  source: LogSource,
  options: JournalOptions,
): AsyncGenerator<Entry & { readonly wanted: boolean }> {
  for await (const entry of entries(stream, source, options)) yield { ...entry, wanted: isWanted(entry, source) };
}

async function* entries(
  stream: Stream,
  { units, services }: LogSource,
  options: JournalOptions,
): AsyncGenerator<Entry> {
  const noise = noiseOf(services);
  for await (const line of stream(mergedLogs(units, { ...options, output: "json", fields: ENTRY_FIELDS }))) {
    const entry = parseEntry(line, noise);
    if (entry !== undefined) yield entry;
  }
}

function isWanted({ from }: Entry, { all }: LogSource): boolean {
  return all || (from !== "event" && from !== "noise");
}
