/** Reads log lines by patterns: which one fits last, and what its groups found. */
import type { LogPhase, LogTrouble } from "../model/log-pattern.ts";
import { visible } from "../model/visible.ts";
import type { LogLine } from "./signs.ts";

/** A line of a hostile service must not keep a pattern busy. */
const LONGEST = 2_000;
const SHOWN = 300;

export interface FoundPhase {
  readonly phase: LogPhase;
  readonly percent: string | undefined;
}

export function findPhase(phases: readonly LogPhase[], log: readonly LogLine[]): FoundPhase | undefined {
  const compiled = phases.map((phase) => ({ phase, pattern: new RegExp(phase.lines, "u") }));
  for (const { text } of [...log].reverse()) {
    for (const { phase, pattern } of [...compiled].reverse()) {
      const match = pattern.exec(text.slice(0, LONGEST));
      if (match !== null) return { phase, percent: match.groups?.["percent"] };
    }
  }
  return undefined;
}

export interface FoundTrouble {
  readonly says: string;
  readonly hint: string;
  readonly line: string;
}

/** What is repeated of the words that a log has. */
type Quoted = (words: string) => string;

/** The one that is said first in the list wins over one that is said last in the log: a cause comes with its consequences. */
export function findTrouble(
  troubles: readonly LogTrouble[],
  log: readonly LogLine[],
  quoted: Quoted = (words) => words,
): FoundTrouble | undefined {
  for (const { lines, says, hint } of troubles) {
    const pattern = new RegExp(lines, "u");
    for (const { text } of [...log].reverse()) {
      const match = pattern.exec(text.slice(0, LONGEST));
      if (match === null) continue;
      const fill = (words: string) =>
        words.replace(/\$<(\w+)>/g, (_, name: string) => quoted(match.groups?.[name] ?? "?"));
      return { says: visible(fill(says)), hint: visible(fill(hint)), line: shown(text) };
    }
  }
  return undefined;
}

const COMPLAINT = /\b(error|fatal|fail(ed|ure)?|cannot|denied|refused|panic|exception|unable|invalid|no such)\b/i;

/** The last own line that complains, else the last own line, else what podman said. */
export function lastWords(log: readonly LogLine[]): string | undefined {
  const said = (from: LogLine["from"]) => log.filter((line) => line.from === from && line.text.trim() !== "");
  const own = said("own");
  const line =
    own.findLast(({ text }) => COMPLAINT.test(text.slice(0, LONGEST))) ?? own.at(-1) ?? said("podman").at(-1);
  return line === undefined ? undefined : shown(line.text);
}

/** One line for a terminal; tracebacks and colours of a program are its own business. */
export function shown(text: string): string {
  const plain = visible(
    text
      .replace(/\u001b\[[0-9;]*m/g, "")
      .trim()
      .replaceAll("\n", " "),
  );
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN)}...` : plain;
}
