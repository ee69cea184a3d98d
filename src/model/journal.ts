/** One run that changed something, as the host remembers it. */

/** 2: the way back of a step is itself a change. */
export const GENERATION_VERSION = 2;

export interface Generation {
  readonly version: number;
  readonly number: number;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly ended: string | undefined;
  /** The person behind sudo, or root. */
  readonly who: string;
  /** Version of the program. */
  readonly tool: string;
  /** "install", "uninstall", "rollback to 3". */
  readonly what: string;
  /** One line: how much was planned. */
  readonly summary: string;
  /** Open: still at work, or killed. */
  readonly result: "open" | "done" | "taken back" | "failed" | "undone";
  readonly error: string | undefined;
}
