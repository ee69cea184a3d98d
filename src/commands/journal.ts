/** journalctl, run as root, for the units of a user's manager. */
import type { Command } from "../model/command.ts";

export interface JournalOptions {
  readonly lines?: number;
  readonly follow?: boolean;
  /** As journalctl reads it: "-1h", "today", "2026-11-21 10:00". */
  readonly since?: string;
  readonly output?: "short-iso" | "cat" | "json";
  /** With json: these and no others, besides the addresses. */
  readonly fields?: readonly string[];
  /** Newest first. */
  readonly reverse?: boolean;
  /** What comes after this entry. */
  readonly after?: string;
}

/** Units of one account. */
export interface OwnedUnits {
  readonly uid: number;
  readonly units: readonly string[];
}

/**
 * What the units wrote (_SYSTEMD_USER_UNIT) and what their manager said about them (USER_UNIT). Not `--user-unit`:
 * as root that adds _UID=0 and shows nothing. System accounts log to the system journal, which root reads.
 */
export function userUnitLogs(uid: number, units: readonly string[], options: JournalOptions = {}): Command {
  return journalctl(matches({ uid, units }), options);
}

/** Of several accounts, in the order in which they were written. */
export function mergedLogs(all: readonly OwnedUnits[], options: JournalOptions = {}): Command {
  return journalctl(
    all.flatMap((one, index) => [...(index === 0 ? [] : ["+"]), ...matches(one)]),
    options,
  );
}

/** What the kernel said about memory that ran out, the last few times. */
export function memoryEnds(since: string): Command {
  const flags = ["--dmesg", "--no-pager", "--quiet", "--output=cat", "--lines=20", `--since=${since}`];
  return { argv: ["journalctl", ...flags, "--grep=oom-kill:"], timeoutMs: 10_000 };
}

function matches({ uid, units }: OwnedUnits): readonly string[] {
  const owner = `_UID=${uid}`;
  const own = units.map((unit) => `_SYSTEMD_USER_UNIT=${unit}`);
  const manager = units.map((unit) => `USER_UNIT=${unit}`);
  return [...own, owner, "+", ...manager, owner];
}

function journalctl(matches: readonly string[], options: JournalOptions): Command {
  const flags = ["--no-pager", "--quiet", `--output=${options.output ?? "short-iso"}`];
  if (options.lines !== undefined) flags.push(`--lines=${options.lines}`);
  if (options.since !== undefined) flags.push(`--since=${options.since}`);
  if (options.fields !== undefined) flags.push(`--output-fields=${options.fields.join(",")}`);
  if (options.reverse === true) flags.push("--reverse");
  if (options.after !== undefined) flags.push(`--after-cursor=${options.after}`);
  // Without --no-tail following begins ten lines from the end, whatever the cursor says.
  if (options.follow === true) flags.push("--follow", ...(options.lines === undefined ? ["--no-tail"] : []));
  const command: Command = { argv: ["journalctl", ...flags, ...matches] };
  return options.follow === true ? command : { ...command, timeoutMs: 60_000 };
}
