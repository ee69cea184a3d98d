/** journalctl, run as root, for the units of a user's manager. */
import type { Command } from "../model/command.ts";

export interface JournalOptions {
  readonly lines?: number;
  readonly follow?: boolean;
  /** As journalctl reads it: "-1h", "today", "2026-11-21 10:00". */
  readonly since?: string;
  readonly output?: "short-iso" | "cat";
}

/**
 * What the units wrote (_SYSTEMD_USER_UNIT) and what their manager said about them (USER_UNIT). Not `--user-unit`:
 * as root that adds _UID=0 and shows nothing. System accounts log to the system journal, which root reads.
 */
export function userUnitLogs(uid: number, units: readonly string[], options: JournalOptions = {}): Command {
  const owner = `_UID=${uid}`;
  const own = units.map((unit) => `_SYSTEMD_USER_UNIT=${unit}`);
  const manager = units.map((unit) => `USER_UNIT=${unit}`);
  const flags = ["--no-pager", "--quiet", `--output=${options.output ?? "short-iso"}`];
  if (options.lines !== undefined) flags.push(`--lines=${options.lines}`);
  if (options.since !== undefined) flags.push(`--since=${options.since}`);
  if (options.follow === true) flags.push("--follow");
  const command: Command = { argv: ["journalctl", ...flags, ...own, owner, "+", ...manager, owner] };
  return options.follow === true ? command : { ...command, timeoutMs: 60_000 };
}
