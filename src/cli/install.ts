/** The main command: plan, show, ask, apply, verify. */
import { closeInterrupted } from "../apply/begin-run.ts";
import { listGenerations } from "../apply/generations.ts";
import { clearLeftovers } from "../apply/leftovers.ts";
import { UserError } from "../model/diagnostic.ts";
import { planAsJson, summary } from "../plan/summary.ts";
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

export async function install(options: InstallOptions): Promise<void> {
  const system = withFaults(makeSystem(), process.env["INSTALL_QUADLETS_FAULT"]);
  if (options.dryRun === true) return showOnly(system, options);
  // Without root there is nothing to lock: prepare says so, among whatever else is wrong.
  const lock = system.host.effectiveUid() === 0 ? takeLock("install-quadlets") : undefined;
  try {
    const prepared = await prepare(system, readSources(options.config));
    await clearLeftovers(system, prepared.desired);
    const cut = (await listGenerations(system.files)).filter((generation) => generation.result === "open");
    for (const { number, started, who } of cut) complain(`run ${number} (${who}, ${started}) was cut off`);
    await show(prepared, options);
    if (prepared.plan.changes.length === 0) {
      return await closeInterrupted(system, cut, "done", "interrupted; found complete by the next run");
    }
    if (options.yes !== true) {
      await askYes("Apply this plan?");
      await sameAgain(system, prepared, options);
    }
    // Loaded here: a run that has nothing to do needs neither the handlers nor the certificate library.
    const { applyPlan } = await import("../apply/apply-plan.ts");
    await applyPlan(system, prepared.desired, prepared.facts, prepared.plan, reporter(system), {
      who: process.env["SUDO_USER"] ?? "root",
      tool: version(),
      what: "install",
      keepGoing: options.keepGoing === true,
    });
    await verifyAfter(system, options);
  } finally {
    lock?.release();
  }
}

async function showOnly(system: System, options: InstallOptions): Promise<void> {
  const prepared = await prepare(system, readSources(options.config));
  await show(prepared, options);
  if (prepared.plan.changes.length > 0) process.exitCode = 2;
}

async function show(prepared: Prepared, options: InstallOptions): Promise<void> {
  const { plan } = prepared;
  if (options.json === true) return printJson(planAsJson(plan));
  if (plan.changes.length === 0) return print(summary(plan));
  const { formatPlan } = await import("../plan/format.ts");
  print(formatPlan(plan, { colour: useColour(), diffs: true }));
}

function reporter(system: System): ReturnType<typeof makeReporter> {
  return makeReporter(process.stderr, () => system.clock.now().getTime());
}

/** The plan that is run is the plan that was shown: a person may read for minutes, and the host goes on meanwhile. */
async function sameAgain(system: System, shown: Prepared, options: InstallOptions): Promise<void> {
  const now = await prepare(system, readSources(options.config));
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
}
