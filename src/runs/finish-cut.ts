/** A run that was cut off after its last step: the next one finds nothing to do, and brings the records to their end. */

import type { Generation } from "../model/journal.ts";
import type { Plan } from "../model/plan.ts";
import { listGenerations } from "../record/generations.ts";
import { openApplied } from "../record/write-applied.ts";
import type { System } from "../system/interfaces.ts";
import { closeInterrupted } from "./close-interrupted.ts";
import type { Run } from "./run.ts";

export async function cutOff({ files }: System): Promise<readonly Generation[]> {
  return (await listGenerations(files)).filter(({ result }) => result === "open");
}

/** `cut` are the runs that were cut off; where there are none, nothing is written. */
export async function finishCut(
  { system, program }: Pick<Run, "system" | "program">,
  { lasting }: Plan,
  cut: readonly Generation[],
): Promise<void> {
  if (cut.length === 0) return;
  // It may not have forgotten what it removed.
  if (lasting !== undefined) await (await openApplied(system.files, program.version())).keepOnly(lasting);
  await closeInterrupted(system, cut, "done", "interrupted; found complete by the next run");
}
