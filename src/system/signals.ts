/** Ctrl-C and other requests to end, while there is something to be brought to its end first. */
import { EXIT } from "../model/exit-code.ts";
import type { Held, Signals } from "./interfaces.ts";
import { endAllGroups, SIGNALS, spareGroups } from "./process-groups.ts";

/** npm and sudo pass a Ctrl-C on that the terminal sent us as well: what comes this soon is the same one. */
const SAME_MS = 250;

export const realSignals: Signals = { hold };

/** Who holds them, and who has the terminal instead of us. */
let holders = 0;
let attached = 0;
/** What ends when somebody holds them. */
const untilHeld = new Set<() => void>();

/**
 * Until what it gives is called: `onFirst` where nobody holds signals and, for Ctrl-C, no program has the terminal. Commands are ended.
 * "until somebody holds": for good, because from then on something may have changed.
 */
export function onInterrupt(onFirst: () => void, lasts: "always" | "until somebody holds"): () => void {
  const hear = (signal: NodeJS.Signals): void => {
    if (holders > 0 || (signal === "SIGINT" && attached > 0)) return;
    endAllGroups();
    onFirst();
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  const end = () => {
    untilHeld.delete(end);
    for (const signal of SIGNALS) process.off(signal, hear);
  };
  if (lasts === "until somebody holds") untilHeld.add(end);
  return end;
}

/** Ctrl-C is another program's, until what it gives is called. */
export function leaveCtrlC(): () => void {
  const ignore = () => undefined;
  attached += 1;
  process.on("SIGINT", ignore);
  return () => {
    attached -= 1;
    process.off("SIGINT", ignore);
  };
}

/** A second request ends commands and this program, wherever they are. */
function hold(onFirst: () => void, ends?: "all"): Held {
  let first: number | undefined;
  const hear = (): void => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      onFirst();
    } else if (now - first > SAME_MS) {
      endAllGroups();
      process.exit(EXIT.stopped);
    }
  };
  const unspare = ends === "all" ? () => undefined : spareGroups();
  for (const signal of SIGNALS) process.on(signal, hear);
  holders += 1;
  for (const end of untilHeld) end();
  return {
    asked: () => first !== undefined,
    release: () => {
      unspare();
      holders -= 1;
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}
