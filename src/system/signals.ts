/** Ctrl-C and other requests to end, while there is something to be brought to its end first. */
import { EXIT } from "../model/exit-code.ts";
import type { Held, Signals } from "./interfaces.ts";
import { endAllGroups, SIGNALS, spareGroups } from "./process-groups.ts";

/** npm and sudo pass a Ctrl-C on that the terminal sent us as well: what comes this soon is the same one. */
const SAME_MS = 250;

export const realSignals: Signals = { hold };

/** Commands that run meanwhile go on; a second request ends them and this program, wherever it is. */
function hold(onFirst: () => void): Held {
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
  const unspare = spareGroups();
  for (const signal of SIGNALS) process.on(signal, hear);
  return {
    asked: () => first !== undefined,
    release: () => {
      unspare();
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}
