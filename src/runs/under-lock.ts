/** One run at a time. */
import type { Run } from "./run.ts";

/** A dry run needs no turn. Without root there is nothing to lock: whoever looks at the host first says so. */
export async function underLock<Result>(
  run: Pick<Run, "system" | "takeLock"> & { readonly dryRun?: boolean },
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = run.dryRun !== true && run.system.host.effectiveUid() === 0 ? run.takeLock(what) : undefined;
  try {
    return await work();
  } finally {
    lock?.release();
  }
}
