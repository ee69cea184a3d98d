/** Takes runs of the record back, so that whoever comes next can finish it where this is cut off. */
import type { Change } from "../model/change.ts";
import { userError } from "../model/diagnostic.ts";
import { endOfWayBack, type Generation } from "../model/journal.ts";
import { visible } from "../model/visible.ts";
import { isKnown } from "../plan/kinds/all.ts";
import { generationDirectory, readUndos, writeGeneration } from "../record/generations.ts";
import { readSnapshots } from "../record/snapshots.ts";
import type { Files, System } from "../system/interfaces.ts";
import { takeBack } from "./take-back.ts";

/**
 * `runs` oldest first, `records` what readRecords gave of them. Returns what stays, in words. The newest is marked first, and closed first: wherever that is cut off, the
 * marked ones are the newest of those that stand, or the oldest of those that were taken back.
 */
export async function takeRunsBack(
  system: System,
  runs: readonly Generation[],
  records: readonly Change[],
): Promise<readonly string[]> {
  const { files } = system;
  const newestFirst = runs.toReversed();
  for (const one of newestFirst) {
    if (endOfWayBack(one) === undefined) await writeGeneration(files, { ...one, result: "undoing" });
  }
  const left = await takeBack(system, records);
  if (await isBetween(system, runs)) return left;
  for (const one of newestFirst) {
    await writeGeneration(files, { ...one, result: endOfWayBack(one) ?? "undone" });
  }
  return left;
}

/** A copy that one of them made is still no data again: their way back is not at its end. */
export async function isBetween(
  { files }: Pick<System, "files">,
  runs: readonly { number: number }[],
): Promise<boolean> {
  const copies = await readSnapshots(files);
  return copies.some(({ run }) => runs.some(({ number }) => number === run));
}

/** Before anything is changed: taken back in part, or as something else, a run would be neither here nor there. */
export async function readRecords(files: Files, runs: readonly Generation[]): Promise<readonly Change[]> {
  return (await Promise.all(runs.map(({ number }) => readSteps(files, number)))).flat();
}

async function readSteps(files: Files, number: number): Promise<readonly Change[]> {
  const steps = await readUndos(files, number);
  const strange = steps.find((change) => !isKnown(change));
  if (strange === undefined) return steps;
  throw userError(
    "record-damaged",
    `${generationDirectory(number)}: has a step of the kind ${visible(strange.kind)}, which this program does not know; nothing was changed`,
    "sudo install-quadlets brings the host to what is configured",
  );
}
