/** Why something is done: a word for programs, and the same for people. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

export const REASON_CODES = [
  /** It is not there. */
  "missing",
  /** It was there, others rely on it, and nothing brings it back: a person is asked for it alone. */
  "lost",
  /** It is there with other content. */
  "content",
  /** Its owner or mode is another one. */
  "mode",
  /** A certificate that clients would refuse. */
  "unfit",
  /** A certificate that ends soon. */
  "expiring",
  /** A person asks for it. */
  "asked",
  /** It does not run. */
  "down",
  /** It does not run, because it failed. */
  "failed",
  /** It is on its way up. */
  "starting",
  /** What it is made from, or runs with, is another one than the last run's. */
  "changed",
  /** Somebody else has put another thing in its place. */
  "replaced",
  /** Something else in the plan brings it along. */
  "follows",
  /** A run was cut off in the middle of it. */
  "cut off",
  /** It is recorded and not wanted any more. */
  "unwanted",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];
