/** The main command: plan, show, ask, apply, verify. */
import { closeInterrupted } from "../apply/begin-run.ts";
import { listGenerations } from "../apply/generations.ts";
import { clearLeftovers } from "../apply/leftovers.ts";
import { UserError } from "../model/diagnostic.ts";
import type { Plan } from "../model/plan.ts";
import type { Wishes } from "../plan/make-plan.ts";
import { asideLines, planAsJson, summary } from "../plan/summary.ts";
import { withFaults } from "../system/faults.ts";
import type { System } from "../system/interfaces.ts";
import { takeLock } from "../system/lock.ts";
import { makeSystem } from "../system/real.ts";
import { askYes } from "./ask.ts";
import { complain, print, printJson, useColour } from "./output.ts";
import { readSources, version } from "./package.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { makeReporter } from "./progress.ts";
import { welcome } from "./welcome.ts";

export interface InstallOptions {
  readonly config?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly keepGoing?: boolean;
}

export async function install(options: InstallOptions, what = "install", wishes: Wishes = {}): Promise<void> {
  await underLock("install-quadlets", options, async (system) => {
    const prepared = await prepare(system, readSources(options.config), wishes);
    if (options.dryRun === true) return applyNow(system, prepared, options, what, wishes);
    await clearLeftovers(system, prepared.desired);
    const cut = (await listGenerations(system.files)).filter((generation) => generation.result === "open");
    for (const { number, started, who } of cut) complain(`run ${number} (${who}, ${started}) was cut off`);
    await applyNow(system, prepared, options, what, wishes);
    if (prepared.plan.changes.length > 0) return;
    await closeInterrupted(system, cut, "done", "interrupted; found complete by the next run");
  });
}

/** One run at a time; a dry run needs no turn. Without root there is nothing to lock: prepare says so. */
export async function underLock(
  name: string,
  options: InstallOptions,
  work: (system: System) => Promise<void>,
): Promise<void> {
  const system = withFaults(makeSystem(), process.env["INSTALL_QUADLETS_FAULT"]);
  const lock = options.dryRun !== true && system.host.effectiveUid() === 0 ? takeLock(name) : undefined;
  try {
    await work(system);
  } finally {
    lock?.release();
  }
}

/** Shows the plan, asks, applies and verifies; a dry run only shows. `what` is for the history. */
export async function applyNow(
  system: System,
  prepared: Prepared,
  options: InstallOptions,
  what: string,
  wishes: Wishes = {},
): Promise<void> {
  await show(prepared, options);
  if (prepared.plan.changes.length === 0) return refuseAside(prepared.plan);
  if (options.dryRun === true) {
    process.exitCode = 2;
    return;
  }
  if (options.yes !== true) {
    await askYes("Apply this plan?");
    sameAgain(prepared, await prepare(system, readSources(options.config), wishes));
  }
  // Loaded here: a run that has nothing to do needs neither the handlers nor the certificate library.
  const { applyPlan } = await import("../apply/apply-plan.ts");
  const progress = reporter(system, options.verbose === true);
  await applyPlan(system, prepared.desired, prepared.facts, prepared.plan, progress, {
    who: process.env["SUDO_USER"] ?? "root",
    tool: version(),
    what,
    keepGoing: options.keepGoing === true,
  });
  progress.note("checking that everything is as configured");
  await verifyAfter(system, options);
}

async function show(prepared: Prepared, options: InstallOptions): Promise<void> {
  const { plan } = prepared;
  if (options.json === true) return printJson(planAsJson(plan));
  if (plan.changes.length === 0) return print(summary(plan));
  const { formatPlan } = await import("../plan/format.ts");
  print(formatPlan(plan, { colour: useColour(), diffs: true }));
}

function reporter(system: System, timed: boolean): ReturnType<typeof makeReporter> {
  return makeReporter(process.stderr, () => system.clock.now().getTime(), timed);
}

/** The plan that is run is the plan that was shown: a person may read for minutes, and the host goes on meanwhile. */
function sameAgain(shown: Prepared, now: Prepared): void {
  if (JSON.stringify(now.plan) === JSON.stringify(shown.plan)) return;
  throw new UserError(
    "the host or its configuration changed while the plan was read; nothing was done",
    "look at the new plan",
  );
}

/** Not a second opinion but the same question again: a plan after apply must be empty. */
async function verifyAfter(system: System, options: InstallOptions): Promise<void> {
  const after = await prepare(system, readSources(options.config));
  if (after.plan.changes.length > 0) {
    const { formatPlan } = await import("../plan/format.ts");
    complain(formatPlan(after.plan, { colour: false, diffs: true }));
    throw new UserError("the host is still not as configured", "run install-quadlets again; it continues from here");
  }
  if (options.json !== true) print(welcome(after));
  refuseAside(after.plan);
}

/** Last of all: everything else is done. */
function refuseAside(plan: Plan): void {
  const lines = asideLines(plan);
  if (lines.length > 0) throw new UserError(lines.join("\n"), "mend that, and run it again");
}
