/** Copies of a run that was cut off before anything else could start on what it copied: what runs has written on since. */
import { actsAtBoot } from "../model/acts-at-boot.ts";
import type { Of } from "../model/change.ts";
import { UserError } from "../model/diagnostic.ts";
import { listGenerations, readUndos } from "../record/generations.ts";
import { copyOf, readSnapshots, type Snapshot } from "../record/snapshots.ts";
import type { ApplyContext } from "./context.ts";
import { dropCopy } from "./snapshots.ts";

/** The data of now are newer, and of the same form: with such a copy nobody goes back any more, and the next one needs its room. */
export async function dropStale(
  context: ApplyContext,
  { account, service, directories }: Of<"measure-data">,
): Promise<void> {
  const { system, vault, journal, reporter } = context;
  const known = await readSnapshots(vault);
  const older = known.filter(
    (one) =>
      one.account.user === account.user &&
      directories.some((path) => path === one.directory) &&
      one.run < journal.run &&
      one.returning !== true &&
      one.early !== true,
  );
  for (const snapshot of older) {
    if (!(await isStale(context, snapshot))) continue;
    reporter.note(
      `  ${service}: ${copyOf(snapshot)} goes: run ${snapshot.run} was cut off before another image ran, and the data of now are newer`,
    );
    await dropCopy({ ...system, files: vault }, snapshot);
  }
}

/** Each change is recorded before it is made: where no run since recorded one of these, what ran before is all that ran. */
async function isStale({ vault, journal }: ApplyContext, { run }: Snapshot): Promise<boolean> {
  if (journal.steps().some(actsAtBoot)) return false;
  const runs = (await listGenerations(vault)).filter(({ number }) => number >= run && number < journal.run);
  // Its records are gone, or tell nothing any more: then nobody knows what ran.
  if (!runs.some(({ number }) => number === run)) return false;
  for (const { number } of runs) {
    const records = await readUndos(vault, number).catch(unlessDamaged);
    if (records === undefined || records.some(actsAtBoot)) return false;
  }
  return true;
}

/** A record that cannot be read any more; whatever else went wrong is no word about it. */
function unlessDamaged(error: unknown): undefined {
  if (!(error instanceof UserError) || error.code !== "record-damaged") throw error;
}
