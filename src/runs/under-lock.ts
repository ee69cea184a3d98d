/** One run at a time. */
import { endTwins } from "../apply/end-twin.ts";
import type { Run } from "./run.ts";
import { refuseWaysBack } from "./ways-back.ts";

/**
 * A dry run needs no turn. Without root there is nothing to lock: whoever looks at the host first says so. A run that was cut off
 * on its way back stops all but what finishes it.
 */
export async function underLock<Result>(
  run: Pick<Run, "system" | "takeLock"> & { readonly dryRun?: boolean; readonly finishesWaysBack?: boolean },
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = run.dryRun !== true && run.system.host.effectiveUid() === 0 ? run.takeLock(what) : undefined;
  try {
    if (lock !== undefined && run.finishesWaysBack !== true) await refuseWaysBack(run.system);
    if (lock !== undefined) await endTwins(run.system);
    return await work();
  } finally {
    lock?.release();
  }
}
