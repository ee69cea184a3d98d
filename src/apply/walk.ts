/** Walks a plan: stage after stage, the lanes of each side by side. The only code that changes the host. */
import { Stopped, UserError, userError } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import { type Phase, type Plan, type Stage, type Step, stepsOf } from "../model/plan.ts";
import { type ApplyContext, refuseStopped } from "./context.ts";
import { isTogether, takeSteps } from "./handlers.ts";

/** Steps that were not taken, where the others were all the same. */
export interface Failure {
  readonly steps: readonly Step[];
  readonly error: unknown;
}

/** Throws at the first failure; a context that goes on has them named instead. */
export async function walk(context: ApplyContext, plan: Pick<Plan, "stages">): Promise<readonly Failure[]> {
  const counts = groupBy(stepsOf(plan), ({ phase }) => phase);
  const failures: Failure[] = [];
  let phase: Phase | undefined;
  for (const stage of plan.stages) {
    if (stage.phase !== phase) context.reporter.phase(stage.phase, counts.get(stage.phase)?.length ?? 0);
    phase = stage.phase;
    failures.push(...(await walkStage(context, stage)));
  }
  return failures;
}

/** All lanes end before anything is thrown: what is still under way when steps are taken back would stay. */
async function walkStage(context: ApplyContext, { lanes }: Stage): Promise<readonly Failure[]> {
  const results = await Promise.allSettled(lanes.map((lane) => walkLane(context, lane)));
  const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (reasons.length > 0) throw merged(reasons);
  return results.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
}

async function walkLane(context: ApplyContext, lane: readonly Step[]): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const steps of together(lane)) {
    refuseStopped(context);
    try {
      for (const step of steps) await remember(context, step);
      await takeSteps(context, steps);
    } catch (error) {
      if (!context.goesOn) throw error;
      failures.push({ steps, error });
    }
  }
  return failures;
}

/** Units are started, and stopped, in one transaction. */
function together(lane: readonly Step[]): readonly (readonly [Step, ...Step[]])[] {
  const [first, ...others] = lane;
  if (first === undefined) return [];
  return lane.every(({ change }) => isTogether(change)) ? [[first, ...others]] : lane.map((step) => [step]);
}

/** Before the step, so that a run that is killed inside it can be taken back, and leaves nothing as current that is not. */
async function remember({ journal, applied }: ApplyContext, { undo, outdates }: Step): Promise<void> {
  for (const change of undo) await journal.record(change);
  if (outdates.length > 0) await applied.outdated(outdates);
}

/** All that went wrong in lanes side by side; a fault of our own is not hidden among others. */
function merged(all: readonly unknown[]): unknown {
  // What failed by itself is the reason, though the others stopped because they were asked to.
  const failed = all.filter((reason) => !(reason instanceof Stopped));
  const reasons = failed.length === 0 ? all.slice(0, 1) : failed;
  const fault = reasons.find((reason) => !(reason instanceof UserError));
  const errors = reasons.filter((reason) => reason instanceof UserError);
  if (fault !== undefined || errors.length === 1) return fault ?? errors[0];
  return userError(errors[0]?.code ?? "failed", errors.map((error) => error.message).join("\n"), errors[0]?.hint);
}
