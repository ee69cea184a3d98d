/** `install-quadlets idle`: what the timer runs every other minute. */
import { stopIdle } from "../apps/idle.ts";
import { readIndex } from "../apps/service-index.ts";
import { isRunAtWork } from "../system/lock.ts";
import { makeRootSystem } from "./context.ts";
import { print } from "./output.ts";

/** A run that is at work starts and stops by itself. */
export async function idle(): Promise<void> {
  const system = makeRootSystem();
  const index = await readIndex(system);
  if (isRunAtWork()) return;
  for (const line of await stopIdle(system, index)) print(line);
}
