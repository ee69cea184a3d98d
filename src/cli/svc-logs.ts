/** `svc logs`: what services and units wrote, merged in the order of time, each line with its unit in front. */
import { once } from "node:events";
import type { Entry } from "../apps/journal-lines.ts";
import { logTextHere } from "../apps/log-text.ts";
import { entriesFrom, type LogSource, lastEntries, unitsToRead } from "../apps/read-log.ts";
import { findTarget, readIndex } from "../apps/service-index.ts";
import type { JournalOptions } from "../commands/journal.ts";
import { userError } from "../model/diagnostic.ts";
import { makeSystem } from "../system/real.ts";
import { streamLines } from "../system/stream.ts";
import { useColour } from "./output.ts";

export interface LogOptions {
  readonly follow?: boolean;
  readonly lines?: string;
  readonly since?: string;
  readonly all?: boolean;
}

/** Where nothing else is asked for. */
const LINES = 100;

export async function logs(names: readonly string[], options: LogOptions): Promise<void> {
  const system = makeSystem();
  const index = await readIndex(system);
  const everything = index.services.map((service) => ({ service, units: service.units }));
  const targets = names.length === 0 ? everything : names.map((name) => findTarget(index, name));
  const source: LogSource = {
    units: targets.map(({ service, units }) => unitsToRead(service, units)),
    services: targets.map(({ service }) => service),
    all: options.all === true,
  };
  const count = countOf(options);
  const began = `@${Math.floor(system.clock.now().getTime() / 1_000)}`;
  const cursor =
    count === undefined
      ? await printAll(source, { since: options.since ?? "" })
      : await printLast(source, count, options.since);
  if (options.follow !== true || cursor === undefined) return;
  // Behind the last one that was seen: no line is lost, and none is there twice.
  await printAll(source, { ...(cursor === "" ? { since: began } : { after: cursor }), follow: true });
}

/** Undefined: all of them, which is what somebody wants who says since when. */
function countOf({ lines, since }: LogOptions): number | undefined {
  if (lines === undefined) return since === undefined ? LINES : undefined;
  const count = Number(lines);
  if (Number.isInteger(count) && count >= 0 && lines.trim() !== "") return count;
  throw userError("bad-value", `--lines ${lines}: not a number of lines`);
}

/** The cursor of the newest entry; undefined where nobody reads any more. */
async function printLast(source: LogSource, count: number, since: string | undefined): Promise<string | undefined> {
  const { entries, cursor } = await lastEntries(streamLines, source, count, since);
  for (const entry of entries) if (!(await printEntry(entry))) return undefined;
  return cursor;
}

async function printAll(source: LogSource, options: JournalOptions): Promise<string | undefined> {
  let cursor = "";
  for await (const entry of entriesFrom(streamLines, source, options)) {
    cursor = entry.cursor;
    if (entry.wanted && !(await printEntry(entry))) return undefined;
  }
  return cursor;
}

/** Waits for whoever reads: a million lines do not pile up here. False where the reader has gone. */
async function printEntry(entry: Entry): Promise<boolean> {
  const { stdout } = process;
  if (!stdout.writable) return false;
  const { time, who, text } = logTextHere(entry);
  const free = stdout.write(`${time} ${useColour() ? coloured(who) : who}: ${text}\n`);
  if (!free) await Promise.race([once(stdout, "drain"), once(stdout, "close")]).catch(() => undefined);
  return stdout.writable;
}

/** The same unit has the same colour each time. */
function coloured(who: string): string {
  const [name = ""] = who.split(" ");
  const sum = [...name].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return `\u001b[${31 + (sum % 6)}m${who}\u001b[0m`;
}
