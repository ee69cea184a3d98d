/** `install-quadlets uninstall`: the same way from facts to plan to apply, towards an empty host. */
import { applyPlan } from "../apply/apply-plan.ts";
import { UserError } from "../model/diagnostic.ts";
import type { Depth, PlannedChange } from "../model/plan.ts";
import { formatPlan } from "../plan/format.ts";
import { planAsJson } from "../plan/summary.ts";
import { prepareRemoval } from "../runs/prepare.ts";
import { withFaults } from "../system/faults.ts";
import type { System } from "../system/interfaces.ts";
import { takeLock } from "../system/lock.ts";
import { makeSystem } from "../system/real.ts";
import { askName, askYes } from "./ask.ts";
import { print, printJson, useColour } from "./output.ts";
import { version } from "./package.ts";
import { makeReporter } from "./progress.ts";

export interface UninstallOptions {
  readonly purgeImages?: boolean;
  readonly purge?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly yesDeleteData?: boolean;
  readonly json?: boolean;
}

type Prepared = Awaited<ReturnType<typeof prepareRemoval>>;

export async function uninstall(options: UninstallOptions): Promise<void> {
  const system = withFaults(makeSystem(), process.env["INSTALL_QUADLETS_FAULT"]);
  const depth = options.purge === true ? "all" : options.purgeImages === true ? "images" : "keep";
  if (options.dryRun === true) {
    const prepared = await prepareRemoval(system, depth);
    show(prepared, options);
    if (prepared.plan.changes.length > 0) process.exitCode = 2;
    return;
  }
  const lock = system.host.effectiveUid() === 0 ? takeLock("install-quadlets uninstall") : undefined;
  try {
    const prepared = await prepareRemoval(system, depth);
    show(prepared, options);
    if (prepared.plan.changes.length === 0) return;
    await confirm(system, prepared, depth, options);
    const reporter = makeReporter(process.stderr, () => system.clock.now().getTime());
    await applyPlan(system, prepared.desired, prepared.facts, prepared.plan, reporter, {
      who: process.env["SUDO_USER"] ?? "root",
      // Read now: this program may be about to remove itself.
      tool: version(),
      what: commandOf(depth),
      // Half removed is not worth restoring: run again, it goes on.
      keepGoing: true,
    });
    await verifyAfter(system, depth, options);
  } finally {
    lock?.release();
  }
}

function commandOf(depth: Depth): string {
  return { keep: "uninstall", images: "uninstall --purge-images", all: "uninstall --purge" }[depth];
}

function show({ plan }: Prepared, options: UninstallOptions): void {
  if (options.json === true) printJson(planAsJson(plan));
  else if (plan.changes.length === 0) print("nothing to do: nothing of that is installed on this host");
  else print(formatPlan(plan, { colour: useColour(), diffs: false }));
}

async function confirm(system: System, shown: Prepared, depth: Depth, options: UninstallOptions): Promise<void> {
  if (depth === "all") {
    if (options.yesDeleteData === true) return;
    const name = system.host.hostname();
    await askName(`All data of all services is deleted. Type the name of this host (${name}) to go on: `, name);
  } else {
    if (options.yes === true) return;
    await askYes("Remove this?");
  }
  const now = await prepareRemoval(system, depth);
  if (JSON.stringify(now.plan) === JSON.stringify(shown.plan)) return;
  throw new UserError("the host changed while the plan was read; nothing was done", "look at the new plan");
}

/** An image that a person's container uses stays, and was named. */
const mayStay = ({ change }: PlannedChange): boolean => change.kind === "remove-image";

async function verifyAfter(system: System, depth: Depth, options: UninstallOptions): Promise<void> {
  const { plan } = await prepareRemoval(system, depth);
  const left = plan.changes.filter((planned) => !mayStay(planned));
  if (left.length > 0) {
    const lines = left.map((planned) => `  ${planned.summary}`);
    throw new UserError(`still there:\n${lines.join("\n")}`, `run install-quadlets ${commandOf(depth)} again`);
  }
  if (options.json === true) return;
  if (depth === "all") return print("removed: this host is as if install-quadlets had never been here");
  print("removed; to install again, with the data that stays: npx install-quadlets");
}
