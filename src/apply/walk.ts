/** Walks a plan: stage after stage, the lanes of each side by side. The only code that changes the host. */
import { UserError } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import { type Phase, type Plan, type Stage, type Step, stepsOf } from "../model/plan.ts";
import type { ApplyContext } from "./context.ts";
import { stopUnits } from "./handle-removal.ts";
import { startUnits } from "./handle-units.ts";
import { applyChange } from "./handlers.ts";

export async function walk(context: ApplyContext, plan: Plan): Promise<void> {
  const counts = groupBy(stepsOf(plan), ({ phase }) => phase);
  let phase: Phase | undefined;
  for (const stage of plan.stages) {
    if (stage.phase !== phase) context.reporter.phase(stage.phase, counts.get(stage.phase)?.length ?? 0);
    phase = stage.phase;
    await walkStage(context, stage);
  }
}

/** All lanes end before anything is thrown: what is still under way when steps are taken back would stay. */
async function walkStage(context: ApplyContext, { lanes }: Stage): Promise<void> {
  const results = await Promise.allSettled(lanes.map((lane) => walkLane(context, lane)));
  const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (reasons.length > 0) throw merged(reasons);
}

async function walkLane(context: ApplyContext, lane: readonly Step[]): Promise<void> {
  for (const steps of together(lane)) {
    for (const step of steps) await remember(context, step);
    await takeSteps(context, steps);
  }
}

/** Units are started, and stopped, in one transaction: systemd knows what has to wait for what. */
function together(lane: readonly Step[]): readonly (readonly Step[])[] {
  return lane.every(isOfUnits) ? [lane] : lane.map((step) => [step]);
}

function isOfUnits({ change }: Step): boolean {
  return change.kind === "stop" || (change.kind === "unit" && change.verb !== "reload");
}

async function takeSteps(context: ApplyContext, steps: readonly Step[]): Promise<void> {
  const [first] = steps;
  if (first === undefined) return;
  if (first.change.kind === "stop") return stopUnits(context, steps);
  if (isOfUnits(first)) return startUnits(context, steps);
  await applyChange(context, first.change);
  context.reporter.done(first);
}

/** Before the step, so that a run that is killed inside it can be taken back, and leaves nothing as current that is not. */
async function remember({ journal, applied }: ApplyContext, { undo, outdates }: Step): Promise<void> {
  if (undo !== undefined) await journal.record(undo);
  if (outdates.length > 0) await applied.outdated(outdates);
}

/** All that went wrong in lanes side by side; a fault of our own is not hidden among others. */
function merged(reasons: readonly unknown[]): unknown {
  const fault = reasons.find((reason) => !(reason instanceof UserError));
  const errors = reasons.filter((reason) => reason instanceof UserError);
  if (fault !== undefined || errors.length === 1) return fault ?? errors[0];
  return new UserError(errors.map((error) => error.message).join("\n"), errors[0]?.hint);
}
