/** Carries a plan out, within the records of a run: journal, what was applied, hooks, and the way back when a step fails. */

import { checkUnits } from "../apply/check-units.ts";
import type { ApplyContext } from "../apply/context.ts";
import type { Reporter } from "../apply/reporter.ts";
import { walk } from "../apply/walk.ts";
import { type UserError, userError } from "../model/diagnostic.ts";
import { STATE_ROOT } from "../model/places.ts";
import { type Plan, stepsOf } from "../model/plan.ts";
import { thinOut } from "../record/generations.ts";
import { journalled, withoutJournal } from "../record/journal.ts";
import { dropFormer, dropHandedOn, dropRunsBefore } from "../record/kept-secrets.ts";
import { mendRecord, openApplied } from "../record/write-applied.ts";
import type { System } from "../system/interfaces.ts";
import { beginRun, endBadly, type RunOptions } from "./begin-run.ts";
import { runHook } from "./hooks.ts";
import { settleCopies } from "./settle-copies.ts";
import { type Stoppable, stoppable } from "./stoppable.ts";

/**
 * Throws at the first failure, after taking back what this run did (or, with keepGoing, leaving it). A unit that was down before
 * and is none of this run's business is named at the end, when all else is done.
 */
export async function applyPlan(system: System, plan: Plan, reporter: Reporter, options: RunOptions): Promise<void> {
  if (plan.stages.length === 0) return;
  if (plan.trial !== undefined) await checkUnits(system, plan.trial);
  await runHook(system, "pre-apply", options.told);
  await stoppable(system, reporter, options, (run) => applySteps(system, plan, reporter, options, run));
}

async function applySteps(
  system: System,
  plan: Plan,
  reporter: Reporter,
  options: RunOptions,
  run: Stoppable,
): Promise<void> {
  await system.files.makeDirectory(STATE_ROOT, { mode: 0o700, uid: 0, gid: 0 });
  await mendRecord(system.files);
  // Where everything goes, the journal would go with it.
  const last = stepsOf(plan).some(({ change }) => change.kind === "remove-state");
  const journal = last ? withoutJournal() : await beginRun(system, options);
  const disk = last ? system : { ...system, files: journalled(system.files, journal) };
  const context: ApplyContext = {
    system: disk,
    vault: system.files,
    journal,
    reporter,
    applied: await openApplied(disk.files, options.tool),
    secrets: new Map(),
    counts: new Map(),
    stillDown: [],
    trust: { ...plan.trust },
    isStopped: run.isStopped,
    goesOn: false,
    askSecond: options.askSecond,
    tellWhy: options.tellWhy,
  };
  try {
    await context.applied.intend(plan.intends);
    await walk(context, plan);
    if (plan.lasting !== undefined && !last) await context.applied.keepOnly(plan.lasting);
  } catch (error) {
    run.turnsBack();
    throw await endBadly(system, journal, reporter, options, error);
  }
  await journal.close("done", system.clock.now(), undefined).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw userError(
      "record-damaged",
      `everything was applied, but the record of the run is not closed: ${why}`,
      "run it again",
    );
  });
  let lost: UserError | undefined;
  if (!last) {
    await tidyUp(system, plan);
    await system.code.keepHere();
    // A run about a part of the host knows nothing of what another one left.
    if (options.rendered !== undefined) {
      const settled = await settleCopies(system, journal.run);
      for (const problem of settled.problems) reporter.note(problem);
      lost = settled.lost;
    }
  }
  // Its failure is reported, but the run stands: what was applied is healthy.
  await runHook(system, "post-apply", options.told);
  if (lost !== undefined) throw lost;
  if (context.stillDown.length > 0) throw stillDown(context.stillDown);
}

function stillDown(errors: readonly UserError[]): UserError {
  const [first] = errors;
  const stands = "down before this run already, which changed nothing for it: all else is done, and stays";
  return userError("unit-failed", [...errors.map(({ message }) => message), stands].join("\n"), first?.hint);
}

/** After a run that was well. */
async function tidyUp({ files }: System, { handsOn }: Plan): Promise<void> {
  await dropFormer(files);
  await dropHandedOn(files, handsOn);
  await dropRunsBefore(files, await thinOut(files));
}
