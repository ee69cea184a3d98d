/** A run that was cut off after its last step: the next one finds nothing to do, and brings the records to their end. */

import type { Generation } from "../model/journal.ts";
import type { Plan } from "../model/plan.ts";
import { listGenerations } from "../record/generations.ts";
import { readSnapshots } from "../record/snapshots.ts";
import { openApplied } from "../record/write-applied.ts";
import type { System } from "../system/interfaces.ts";
import { closeInterrupted } from "./close-interrupted.ts";
import type { Run } from "./run.ts";

export async function cutOff({ files }: System): Promise<readonly Generation[]> {
  return (await listGenerations(files)).filter(({ result }) => result === "open");
}

/** `cut` are the runs that were cut off; where there are none, and no copies of data, nothing is written. */
export async function finishCut(
  { system, program, person }: Pick<Run, "system" | "program" | "person">,
  { lasting }: Plan,
  cut: readonly Generation[],
): Promise<void> {
  // Its copies as well; loaded here, because most hosts have none.
  if ((await readSnapshots(system.files)).length > 0) {
    const { lost, problems } = await (await import("./settle-copies.ts")).settleCopies(system);
    for (const problem of problems) person.complain(problem);
    if (lost !== undefined) {
      await closeInterrupted(system, cut, "failed", lost.message);
      throw lost;
    }
  }
  if (cut.length === 0) return;
  // It may not have forgotten what it removed.
  if (lasting !== undefined) await (await openApplied(system.files, program.version())).keepOnly(lasting);
  await closeInterrupted(system, cut, "done", "interrupted; found complete by the next run");
}
