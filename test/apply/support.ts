/** Runs the tool on a memory host: prepare and apply, as the main command does. */
import { expect } from "vitest";
import { applyPlan } from "../../src/apply/apply-plan.ts";
import type { Reporter } from "../../src/apply/reporter.ts";
import { type Prepared, prepare } from "../../src/cli/prepare.ts";
import type { Sources } from "../../src/config/load.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import type { MemoryHost } from "./memory-host.ts";

export interface Told extends Reporter {
  readonly lines: string[];
}

export function listener(): Told {
  const lines: string[] = [];
  return {
    lines,
    phase: (phase) => lines.push(`phase ${phase}`),
    progress: (text) => lines.push(`... ${text}`),
    done: (planned) => lines.push(`done ${planned.summary}`),
    note: (text) => lines.push(text),
  };
}

/** `rotate` names secrets that get another value, "USER/NAME". */
export async function install(
  host: MemoryHost,
  sources: Sources,
  told = listener(),
  rotate: readonly string[] = [],
): Promise<Prepared> {
  const prepared = await prepare(host.system, sources, { secrets: rotate });
  await applyPlan(host.system, prepared.desired, prepared.facts, prepared.plan, told, {
    who: "tester",
    tool: "0.0.0",
    what: "install",
    keepGoing: true,
  });
  return prepared;
}

/** Nothing left to do, nothing lying about, and every unit runs with what is on disk and in the store now. */
export async function expectConverged(host: MemoryHost, sources: Sources): Promise<DesiredState> {
  const { plan, desired } = await prepare(host.system, sources);
  expect(plan.changes.map((change) => `${change.summary}: ${change.reason}`)).toEqual([]);
  const stale = desired.units.filter((unit) => {
    const manager = [...host.managers.values()].find((one) => one.account.user === unit.user);
    return manager === undefined || manager.startedWith(unit.unit) !== manager.freshly(unit.unit);
  });
  expect(stale.map((unit) => unit.unit)).toEqual([]);
  const paths = [...host.system.files.nodes.keys()];
  expect(paths.filter((path) => path.includes("staging"))).toEqual([]);
  return desired;
}
