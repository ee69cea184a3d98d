/** The main command: plan, show, ask, apply, verify. */
import { createInterface } from "node:readline/promises";
import { applyPlan } from "../apply/apply-plan.ts";
import { UserError } from "../model/diagnostic.ts";
import { formatPlan, planAsJson, summary } from "../plan/format.ts";
import type { System } from "../system/interfaces.ts";
import { takeLock } from "../system/lock.ts";
import { makeSystem } from "../system/real.ts";
import { complain, print, printJson, useColour } from "./output.ts";
import { readSources } from "./package.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { makeReporter } from "./progress.ts";
import { welcome } from "./welcome.ts";

export interface InstallOptions {
  readonly config?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export async function install(options: InstallOptions): Promise<void> {
  const system = makeSystem();
  if (options.dryRun === true) return showOnly(system, options);
  // Without root there is nothing to lock: prepare says so, among whatever else is wrong.
  const lock = system.host.effectiveUid() === 0 ? takeLock("install-quadlets") : undefined;
  try {
    const prepared = await prepare(system, readSources(options.config));
    show(prepared, options);
    if (prepared.plan.changes.length === 0) return;
    if (options.yes !== true) await confirm();
    await applyPlan(system, prepared.desired, prepared.facts, prepared.plan, reporter(system));
    await verifyAfter(system, options);
  } finally {
    lock?.release();
  }
}

async function showOnly(system: System, options: InstallOptions): Promise<void> {
  const prepared = await prepare(system, readSources(options.config));
  show(prepared, options);
  if (prepared.plan.changes.length > 0) process.exitCode = 2;
}

function show(prepared: Prepared, options: InstallOptions): void {
  if (options.json === true) printJson(planAsJson(prepared.plan));
  else if (prepared.plan.changes.length === 0) print(summary(prepared.plan));
  else print(formatPlan(prepared.plan, { colour: useColour(), diffs: true }));
}

function reporter(system: System): ReturnType<typeof makeReporter> {
  return makeReporter(process.stderr, () => system.clock.now().getTime());
}

async function confirm(): Promise<void> {
  if (process.stdin.isTTY !== true) {
    throw new UserError(
      "there is no terminal to ask on, and nothing was changed",
      "--yes applies the plan without asking",
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question("Apply this plan? [y/N] ");
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError("nothing was changed");
}

/** Not a second opinion but the same question again: a plan after apply must be empty. */
async function verifyAfter(system: System, options: InstallOptions): Promise<void> {
  const after = await prepare(system, readSources(options.config));
  if (after.plan.changes.length > 0) {
    complain(formatPlan(after.plan, { colour: false, diffs: true }));
    throw new UserError("the host is still not as configured", "run install-quadlets again; it continues from here");
  }
  if (options.json !== true) print(welcome(after));
}
