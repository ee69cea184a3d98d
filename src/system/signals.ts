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

/** Until what it gives is called: `onFirst` where nobody holds signals and, for Ctrl-C, no program has the terminal. Commands are ended. */
export function onInterrupt(onFirst: () => void): () => void {
  const hear = (signal: NodeJS.Signals): void => {
    if (holders > 0 || (signal === "SIGINT" && attached > 0)) return;
    endAllGroups();
    onFirst();
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return () => {
    for (const signal of SIGNALS) process.off(signal, hear);
  };
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
  return {
    asked: () => first !== undefined,
    release: () => {
      unspare();
      holders -= 1;
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}
