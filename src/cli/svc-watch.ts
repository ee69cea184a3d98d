/** `svc status --watch`: the screen anew every two seconds on a terminal; elsewhere a line for each change. */
import { setTimeout as sleep } from "node:timers/promises";
import { readIndex } from "../apps/service-index.ts";
import { userError } from "../model/diagnostic.ts";
import { makeSystem } from "../system/real.ts";
import { print } from "./output.ts";
import { readStatus } from "./read-status.ts";
import { canDrawHere, screen, untilUnread } from "./screen.ts";
import { shortText, statusText } from "./status-text.ts";

const EVERY_MS = 2_000;

/** Ends with Ctrl-C, or when nobody reads any more. */
export async function watch(name: string | undefined): Promise<void> {
  const system = makeSystem();
  const before = new Map<string, string>();
  await untilUnread(async () => {
    // Anew each time: a run of install-quadlets may have changed what there is.
    const all = await readStatus(system, await readIndex(system), name);
    const now = system.clock.now();
    if (canDrawHere()) print(screen(statusText(all, name !== undefined), now));
    else
      for (const status of all) {
        const { word } = status.judgement;
        if (before.get(status.name) !== word) print(`${now.toISOString()} ${shortText(status)}`);
        before.set(status.name, word);
      }
    if (all.length === 0)
      throw userError("nothing-installed", "there are no services to watch", "sudo install-quadlets");
    await sleep(EVERY_MS);
    return "more";
  });
}
