/** Ends a second instance: requests go to the first again, it finishes what it has, and its unit file goes. */
import { asUser } from "../commands/accounts.ts";
import { reloadManager } from "../commands/systemd.ts";
import { UserError } from "../model/diagnostic.ts";
import type { Twin } from "../model/twin.ts";
import { forgetTwin, readTwins } from "../record/twins.ts";
import type { System } from "../system/interfaces.ts";
import { lead } from "./lead.ts";
import { stopAll } from "./stop-units.ts";
import { statesOf } from "./unit-states.ts";

/** Gives what is in the way, in words: then it stays, and goes on serving. */
export async function endTwin(system: System, twin: Twin): Promise<string | undefined> {
  const { account, unit, path, stopTimeoutSeconds: timeoutSeconds } = twin;
  if (!(await readTwins(system.files)).some((kept) => kept.path === path)) return undefined;
  const led = await leadBack(system, twin);
  if (led !== undefined) return led;
  try {
    await stopAll(system, account, [{ unit, timeoutSeconds }]);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${unit} does not stop: ${error.message.split("\n")[0]}`;
  }
  await system.files.remove(path);
  await system.runner.probe(asUser(account, reloadManager("user")));
  await forgetTwin(system.files, twin);
  return undefined;
}

/** What a run that was cut off left. One that cannot be ended serves on, and the next run tries again. */
export async function endTwins(system: System): Promise<void> {
  for (const twin of await readTwins(system.files)) await endTwin(system, twin);
}

/** What lies in the memory of a proxy that does not run is gone with it. */
async function leadBack(system: System, { detour }: Twin): Promise<string | undefined> {
  const { account, container } = detour;
  const why = await lead(system, detour, "end");
  if (why === undefined) return undefined;
  const [fact] = await statesOf(system, account, [`${container}.service`]);
  return fact?.active === "active" ? `${container} does not lead back: ${why}` : undefined;
}
