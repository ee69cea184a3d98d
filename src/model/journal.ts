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
  /** Open: still at work, or killed. Taking back, undoing: on its way to "taken back" or "undone", or killed there. */
  readonly result: "open" | "done" | "taken back" | "failed" | "undone" | "taking back" | "undoing";
  readonly error: string | undefined;
}

/** What a run on its way back is at the end of that way; undefined for any other. */
export function endOfWayBack({ result }: Pick<Generation, "result">): "taken back" | "undone" | undefined {
  if (result === "taking back") return "taken back";
  return result === "undoing" ? "undone" : undefined;
}

/** Nothing of it stands any more. */
export function isTakenBack({ result }: Pick<Generation, "result">): boolean {
  return result === "taken back" || result === "undone";
}
