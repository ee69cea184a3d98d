/** What apply tells while it works; the terminal, a log and tests each listen in their own way. */
import type { Phase, Step } from "../model/plan.ts";

export interface Reporter {
  phase(phase: Phase, changes: number): void;
  /** A line of progress that replaces the one before it: a pull, a unit that is still starting. */
  progress(text: string): void;
  done(change: Step): void;
  note(text: string): void;
}
