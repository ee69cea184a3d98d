/** `install-quadlets metrics`: what the timer runs every minute. */
import { readIndex } from "../apps/service-index.ts";
import { writeMetrics } from "../measure/write-metrics.ts";
import { makeRootSystem } from "./context.ts";

export async function metrics(): Promise<void> {
  const system = makeRootSystem();
  await writeMetrics(system, await readIndex(system));
}
