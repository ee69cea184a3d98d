/** `install-quadlets metrics`: what the timer runs every minute. */
import { readIndex } from "../apps/service-index.ts";
import { writeMetrics } from "../measure/write-metrics.ts";
import { UserError } from "../model/diagnostic.ts";
import { isRunAtWork } from "../system/lock.ts";
import { makeRootSystem } from "./context.ts";

export async function metrics(): Promise<void> {
  const system = makeRootSystem();
  try {
    await writeMetrics(system, await readIndex(system));
  } catch (error) {
    // A run that is at work has perhaps not made yet, or has just removed, what is missing.
    if (!(error instanceof UserError && isRunAtWork())) throw error;
  }
}
