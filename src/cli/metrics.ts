/** `install-quadlets metrics`: what the timer runs every minute. */
import { readIndex } from "../apps/service-index.ts";
import { writeMetrics } from "../measure/write-metrics.ts";
import { NeedsRoot, UserError } from "../model/diagnostic.ts";
import { isRunAtWork } from "../system/lock.ts";
import { makeSystem } from "../system/real.ts";
import { printError } from "./output.ts";

/** Says itself what went wrong: it is built apart from all others, and a timer starts it without them. */
export async function main(): Promise<void> {
  try {
    await measure();
  } catch (error) {
    printError(error, false);
    process.exit(error instanceof UserError ? error.exitCode : 1);
  }
}

async function measure(): Promise<void> {
  const system = makeSystem();
  if (system.host.effectiveUid() !== 0) throw new NeedsRoot("this needs root", "sudo install-quadlets metrics");
  try {
    await writeMetrics(system, await readIndex(system));
  } catch (error) {
    // A run that is at work has perhaps not made yet, or has just removed, what is missing.
    if (!(error instanceof UserError && isRunAtWork())) throw error;
  }
}
