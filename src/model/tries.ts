/** Units that fail, and that systemd starts again by itself. */
import type { UnitFact } from "./facts.ts";

/** A unit that came back this often is no accident. */
export const OFTEN = 3;

/** It has failed and waits for its next try, which systemd calls "activating", too. */
export function isBetweenTries({ sub }: Pick<UnitFact, "sub">): boolean {
  return sub === "auto-restart" || sub === "auto-restart-queued";
}
