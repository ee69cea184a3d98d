/** Carries a plan out, within the records of a run: journal, what was applied, hooks, and the way back when a step fails. */
import { UserError } from "../model/diagnostic.ts";
import type { StateFacts } from "../model/facts.ts";
import { STATE_ROOT } from "../model/places.ts";
import { type Plan, stepsOf } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";
import { stillRecorded } from "../plan/recorded.ts";
import { thinOut } from "../record/generations.ts";
import { journalled, withoutJournal } from "../record/journal.ts";
import { dropFormer, dropHandedOn, dropRunsBefore } from "../record/kept-secrets.ts";
import { openApplied } from "../record/write-applied.ts";
import type { System } from "../system/interfaces.ts";
import { beginRun, endBadly, type RunOptions } from "./begin-run.ts";
import { checkUnits } from "./check-units.ts";
import type { ApplyContext } from "./context.ts";
import { runHook } from "./hooks.ts";
import { intention } from "./intention.ts";
import type { Reporter } from "./reporter.ts";
import { walk } from "./walk.ts";

/** Throws at the first failure, after taking back what this run did (or, with keepGoing, leaving it). */
export async function applyPlan(
  system: System,
  desired: DesiredState,
  facts: StateFacts,
  plan: Plan,
  reporter: Reporter,
  options: RunOptions,
): Promise<void> {
  if (plan.stages.length === 0) return;
  await checkUnits(system, desired, plan);
  await runHook(system, "pre-apply", plan);
  await system.files.makeDirectory(STATE_ROOT, { mode: 0o700, uid: 0, gid: 0 });
  // Where everything goes, the journal would go with it.
  const last = stepsOf(plan).some(({ change }) => change.kind === "remove-state");
  const journal = last ? withoutJournal() : await beginRun(system, desired, plan, options);
  const disk = last ? system : { ...system, files: journalled(system.files, journal) };
  const context: ApplyContext = {
    system: disk,
    vault: system.files,
    desired,
    facts,
    journal,
    reporter,
    applied: openApplied(disk.files, facts.applied, options.tool),
    secrets: new Map(),
    trust: {
      authority: facts.certificate?.trust,
      leaf: facts.certificate?.leaf?.fingerprint,
      tailscale: facts.certificate?.tailscale?.fingerprint,
    },
  };
  try {
    await context.applied.intend(intention(plan, desired, facts));
    await walk(context, plan);
    if (options.partial !== true && !last)
      await context.applied.forget((state) => stillRecorded(state, desired, facts, plan));
  } catch (error) {
    throw await endBadly(system, journal, reporter, options, error);
  }
  await journal.close("done", system.clock.now(), undefined).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`everything was applied, but the record of the run is not closed: ${why}`, "run it again");
  });
  if (!last) await tidyUp(system, desired);
  // Its failure is reported, but the run stands: what was applied is healthy.
  await runHook(system, "post-apply", plan);
}

/** After a run that was well. */
async function tidyUp({ files }: System, desired: DesiredState): Promise<void> {
  await dropFormer(files);
  await dropHandedOn(files, desired.secrets);
  await dropRunsBefore(files, await thinOut(files));
}
