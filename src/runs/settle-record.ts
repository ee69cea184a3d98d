/** The record of what was applied, at the end of a run, of a restore, too: whole, with what has data now, and with the ids of secrets. */
import { filledAmong } from "../facts/data-there.ts";
import { union } from "../model/applied.ts";
import { APPLIED_PATH } from "../model/places.ts";
import { filledAfter } from "../plan/lost-data.ts";
import { idsAfter } from "../plan/replaced-secrets.ts";
import { readApplied } from "../record/applied.ts";
import { mendRecord, openApplied } from "../record/write-applied.ts";
import type { Prepared } from "./prepare.ts";
import type { Run } from "./run.ts";

type Writing = Pick<Run, "system" | "program">;

/** Where nothing of it is new, nothing is written. A copy that an older program did not write is there from then on. */
export async function settleRecord(
  { system, program }: Writing,
  { desired, facts, plan }: Pick<Prepared, "desired" | "facts" | "plan">,
): Promise<void> {
  await mendRecord(system.files);
  const applied = await openApplied(system.files, program.version());
  const aside = plan.aside ?? [];
  await applied.seen({
    filled: [...filledAfter(desired, facts, aside)].sort(),
    secretIds: idsAfter(desired.secrets, facts, aside),
  });
}

/** Data that were put back are there: from then on somebody would miss them. */
export async function rememberFilled(
  { system: { files }, program }: Writing,
  directories: readonly string[],
): Promise<void> {
  // Nothing that could be missed is recorded there.
  if ((await files.stat(APPLIED_PATH)) === undefined) return;
  const known = await readApplied(files);
  const filled = await filledAmong(files, directories, new Set([...known.files, ...known.directories]));
  await (await openApplied(files, program.version())).seen({ filled: union(known.filled, filled) });
}
