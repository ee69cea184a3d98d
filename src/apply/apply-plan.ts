/** Walks a plan phase by phase: the only code that changes the host. */
import { UserError } from "../model/diagnostic.ts";
import type { StateFacts } from "../model/facts.ts";
import { groupBy } from "../model/group-by.ts";
import { STATE_ROOT } from "../model/places.ts";
import { type Change, PHASES, type Phase, type Plan, type PlannedChange } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";
import { secretDepth } from "../plan/compare-stores.ts";
import { stillRecorded } from "../plan/recorded.ts";
import { undoOf } from "../plan/undo.ts";
import type { System } from "../system/interfaces.ts";
import { beginRun, endBadly, type RunOptions } from "./begin-run.ts";
import { checkUnits } from "./check-units.ts";
import type { ApplyContext } from "./context.ts";
import { thinOut } from "./generations.ts";
import { stopUnits } from "./handle-removal.ts";
import { runUnits } from "./handle-units.ts";
import { applyChange } from "./handlers.ts";
import { runHook } from "./hooks.ts";
import { intention } from "./intention.ts";
import { journalled, withoutJournal } from "./journal.ts";
import { dropFormer, dropHandedOn, dropRunsBefore } from "./kept-secrets.ts";
import { openLedger } from "./ledger.ts";
import type { Reporter } from "./reporter.ts";

/** Throws at the first failure, after taking back what this run did (or, with keepGoing, leaving it). */
export async function applyPlan(
  system: System,
  desired: DesiredState,
  facts: StateFacts,
  plan: Plan,
  reporter: Reporter,
  options: RunOptions,
): Promise<void> {
  if (plan.changes.length === 0) return;
  await checkUnits(system, desired, plan);
  await runHook(system, "pre-apply", plan);
  await system.files.makeDirectory(STATE_ROOT, { mode: 0o700, uid: 0, gid: 0 });
  // Where everything goes, the journal would go with it.
  const last = plan.changes.some(({ change }) => change.kind === "remove-state");
  const journal = last ? withoutJournal() : await beginRun(system, desired, plan, options);
  const disk = last ? system : { ...system, files: journalled(system.files, journal) };
  const context: ApplyContext = {
    system: disk,
    vault: system.files,
    desired,
    facts,
    journal,
    reporter,
    ledger: openLedger(disk.files, facts.applied, options.tool),
    secrets: new Map(),
    trust: {
      authority: facts.certificate?.trust,
      leaf: facts.certificate?.leaf?.fingerprint,
      tailscale: facts.certificate?.tailscale?.fingerprint,
    },
  };
  try {
    await walk(context, plan, options);
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

async function walk(context: ApplyContext, plan: Plan, options: RunOptions): Promise<void> {
  await context.ledger.intend(intention(plan, context.desired, context.facts));
  for (const phase of PHASES) {
    const changes = plan.changes.filter((change) => change.phase === phase);
    if (changes.length === 0) continue;
    context.reporter.phase(phase, changes.length);
    await applyPhase(context, phase, changes);
  }
  if (options.partial === true || plan.changes.some(({ change }) => change.kind === "remove-state")) return;
  await context.ledger.forget((state) => stillRecorded(state, context.desired, context.facts, plan));
}

async function applyPhase(context: ApplyContext, phase: Phase, changes: readonly PlannedChange[]): Promise<void> {
  if (phase === "start") {
    for (const planned of changes) await remember(context, planned);
    return runUnits(context, changes);
  }
  if (phase === "prune-stop") {
    for (const planned of changes) await remember(context, planned);
    return stopUnits(context, changes);
  }
  for (const lane of wave(phase, changes, context.desired)) {
    // All of them end before anything is thrown: what is still under way when steps are taken back would stay.
    const results = await Promise.allSettled(lane.map((group) => inOrder(context, group)));
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}

async function inOrder(context: ApplyContext, changes: readonly PlannedChange[]): Promise<void> {
  for (const planned of changes) {
    await remember(context, planned);
    await applyChange(context, planned);
    context.reporter.done(planned);
  }
}

/** Before the step, so that a run that is killed inside it can be taken back, too. */
async function remember(context: ApplyContext, planned: PlannedChange): Promise<void> {
  const undo = undoOf(planned.change, context.desired, context.facts);
  if (undo !== undefined) await context.journal.record(undo);
}

type Group = readonly PlannedChange[];

/** Waves run one after another; the groups of a wave run side by side, each in order. */
function wave(
  phase: Phase,
  changes: readonly PlannedChange[],
  { secrets }: DesiredState,
): readonly (readonly Group[])[] {
  const kinds = (...wanted: readonly string[]) => changes.filter((planned) => wanted.includes(planned.change.kind));
  switch (phase) {
    case "managers":
      return [[kinds("reload-system")], [kinds("system-unit"), kinds("linger")], kinds("manager").map((c) => [c])];
    case "secrets":
      // A copy needs its original, a composition its parts.
      return [...groupBy(changes, ({ change }) => (change.kind === "secret" ? secretDepth(change.secret, secrets) : 0))]
        .toSorted(([one], [other]) => one - other)
        .map(([, lane]) => byUser(lane));
    case "images":
      return [byUser(changes)];
    case "units":
      return [[kinds("file", "remove-file")], kinds("reload-user").map((c) => [c])];
    case "prune":
      // A unit is disabled while its file is there; without unit files a user manager that podman needs starts nothing.
      return [
        [kinds("disable")],
        [kinds("remove-file")],
        byUser(kinds("remove-secret", "remove-image")),
        [kinds("unlinger")],
        kinds("stop-manager").map((c) => [c]),
        [kinds("reload-system")],
        kinds("reload-pruned").map((c) => [c]),
      ];
    default:
      return [[changes]];
  }
}

/** podman locks its stores per user: side by side for different users, in order for one. */
function byUser(changes: readonly PlannedChange[]): readonly Group[] {
  return [...groupBy(changes, ({ change }) => userOf(change)).values()];
}

function userOf(change: Change): string {
  if (change.kind === "secret") return change.secret.user;
  if ("account" in change) return change.account.user;
  return "user" in change ? change.user : "";
}
