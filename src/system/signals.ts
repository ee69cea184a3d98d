/** Ctrl-C and other requests to end, while there is something to be brought to its end first. */
import { EXIT } from "../model/exit-code.ts";
import type { Held, Signals } from "./interfaces.ts";
import { endAllGroups, SIGNALS, spareGroups } from "./process-groups.ts";

/** npm and sudo pass a Ctrl-C on that the terminal sent us as well: what comes this soon is the same one. */
const SAME_MS = 250;

export const realSignals: Signals = { hold };

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
  return {
    asked: () => first !== undefined,
    release: () => {
      unspare();
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}
