/** How `verify` calls it that something does not run, or runs with something else than what is wanted. */
import { type Drift, inConfiguration, onHost } from "../../model/drift.ts";
import type { Reason, ReasonCode } from "../../model/reason.ts";

type Word = "failed" | "starting" | "stopped" | "replaced" | "outdated";

/** Undefined: another step of the plan is why, and has its own word. */
const WORDS: Readonly<Record<ReasonCode, Word | undefined>> = {
  failed: "failed",
  starting: "starting",
  down: "stopped",
  missing: "stopped",
  lost: undefined,
  replaced: "replaced",
  changed: "outdated",
  content: "outdated",
  mode: "outdated",
  unfit: "outdated",
  expiring: "outdated",
  "cut off": "outdated",
  follows: undefined,
  asked: undefined,
  unwanted: undefined,
};

/** What runs with less than was written down is no doing of the host's: a run did not come as far. */
export function driftOfRunning(subject: string, { code, text }: Reason): readonly Drift[] {
  const word = WORDS[code];
  if (word === undefined) return [];
  return [word === "outdated" ? inConfiguration(word, subject, text) : onHost(word, subject, text)];
}
