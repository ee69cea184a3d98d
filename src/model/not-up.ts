/** What is said of a unit that was asked for and did not come up, once it is known why. */
import { type UserError, userError } from "./diagnostic.ts";

export interface WhyNotUp {
  readonly sentence: string;
  readonly hint?: string | undefined;
  /** The line of its log that says it. */
  readonly line?: string | undefined;
}

/** `more` are further lines, as they are to be shown. */
export function notComeUp(name: string, { sentence, hint, line }: WhyNotUp, more: readonly string[] = []): UserError {
  const log = line === undefined ? [] : [`  its log: ${line}`];
  // That was tried just now.
  const again = hint === undefined || /^sudo svc (re)?start \S+$/.test(hint);
  const lines = [`${name} did not come up: ${sentence}`, ...log, ...more];
  return userError("unit-failed", lines.join("\n"), again ? `svc logs ${name}` : hint);
}
