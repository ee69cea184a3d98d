/** Ends a second instance: requests go to the first again, it finishes what it has, and its unit file goes. */
import { asUser } from "../commands/accounts.ts";
import { execInContainer } from "../commands/podman.ts";
import { controlUnits, managerSocket, reloadManager } from "../commands/systemd.ts";
import type { Twin } from "../model/twin.ts";
import { waitFor } from "../model/waiting.ts";
import { forgetTwin, readTwins } from "../record/twins.ts";
import type { System } from "../system/interfaces.ts";
import { statesOf } from "./unit-states.ts";

const DETOUR_MS = 30_000;

/** Gives what is in the way, in words: then it stays, and goes on serving. */
export async function endTwin(system: System, twin: Twin): Promise<string | undefined> {
  const { account, unit, path, stopTimeoutSeconds } = twin;
  if (!(await readTwins(system.files)).some((kept) => kept.path === path)) return undefined;
  const led = await leadBack(system, twin);
  if (led !== undefined) return led;
  // No manager, nothing that runs.
  if ((await system.files.stat(managerSocket(account.uid))) !== undefined) {
    const stop = controlUnits("user", "stop", [unit], { timeoutMs: waitFor([stopTimeoutSeconds]) });
    await system.runner.probe(asUser(account, stop));
    const [fact] = await statesOf(system, account, [unit]);
    if (fact !== undefined && !["inactive", "failed"].includes(fact.active)) return `${unit} does not stop`;
    await system.runner.probe(asUser(account, controlUnits("user", "reset-failed", [unit])));
    await system.files.remove(path);
    await system.runner.probe(asUser(account, reloadManager("user")));
  } else await system.files.remove(path);
  await forgetTwin(system.files, twin);
  return undefined;
}

/** What a run that was cut off left. One that cannot be ended serves on, and the next run tries again. */
export async function endTwins(system: System): Promise<void> {
  for (const twin of await readTwins(system.files)) await endTwin(system, twin);
}

/** What lies in the memory of a proxy that does not run is gone with it. */
async function leadBack(system: System, { detour }: Twin): Promise<string | undefined> {
  const { account, container, end } = detour;
  const result = await system.runner.probe(asUser(account, execInContainer(container, end, { timeoutMs: DETOUR_MS })));
  if (result.exitCode === 0) return undefined;
  const [fact] = await statesOf(system, account, [`${container}.service`]);
  return fact?.active === "active" ? `${container} does not lead back: ${result.stderr.trim()}` : undefined;
}
