/** Runs the tool on a memory host: prepare and apply, as the main command does. */
import { expect } from "vitest";
import type { Reporter } from "../../src/apply/reporter.ts";
import { readTemplate } from "../../src/cli/package.ts";
import type { Sources } from "../../src/config/load.ts";
import type { AbsolutePath } from "../../src/model/names.ts";
import { type Depth, stepsOf } from "../../src/model/plan.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import type { Wishes } from "../../src/plan/make-plan.ts";
import type { Template } from "../../src/render/handlebars.ts";
import { applyNow, type Manner } from "../../src/runs/apply-now.ts";
import { type Prepared, prepare } from "../../src/runs/prepare.ts";
import type { Person, Program } from "../../src/runs/run.ts";
import { uninstall as uninstallNow } from "../../src/runs/uninstall.ts";
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

const templates = new Map<string, Template>();

/** Read once: every step of every situation renders the same ones. */
function template(name: string): Template {
  const known = templates.get(name) ?? readTemplate(name);
  templates.set(name, known);
  return known;
}

/** Made up, so that what `npm run build` left behind, or is just making, plays no part. */
export const PROGRAM: Program = {
  version: () => "0.0.0",
  tool: () => ({
    source: "/npx" as AbsolutePath,
    build: "0.0.0-1",
    node: "/usr/bin/node" as AbsolutePath,
    pages: [{ name: "svc.1", text: ".TH SVC 1\n" }],
  }),
  template,
};

export function prepareWith(host: MemoryHost, sources: Sources, wishes?: Wishes): Promise<Prepared> {
  return prepare({ system: host.system, program: PROGRAM }, sources, wishes);
}

export function prepareOn(host: MemoryHost, sources: Sources, rotate: readonly string[] = []): Promise<Prepared> {
  return prepareWith(host, sources, { secrets: rotate });
}

/** `rotate` names secrets that get another value, "USER/NAME". What was done before a failure stays where `keepGoing`. */
export async function install(
  host: MemoryHost,
  sources: Sources,
  told = listener(),
  rotate: readonly string[] = [],
  keepGoing = true,
): Promise<Prepared> {
  const prepared = await prepareOn(host, sources, rotate);
  await applyOn(host, prepared, told, { what: "install", keepGoing });
  return prepared;
}

export function applyOn(host: MemoryHost, prepared: Prepared, told: Told, manner: Manner): Promise<void> {
  return applyNow({ system: host.system, program: PROGRAM, person: { ...NOBODY, reporter: told } }, prepared, manner);
}

/** Who says yes to everything and hears nothing. */
const NOBODY: Omit<Person, "reporter"> = {
  show: async () => {},
  askYes: async () => {},
  askName: async () => {},
  print: () => {},
  complain: () => {},
};

export async function uninstall(host: MemoryHost, depth: Depth): Promise<void> {
  await uninstallNow({
    system: host.system,
    program: PROGRAM,
    person: { ...NOBODY, reporter: listener() },
    takeLock: () => ({ release: () => {} }),
    depth,
    dryRun: false,
    yes: true,
    yesDeleteData: true,
  });
}

/** Nothing left to do, nothing lying about, and every unit runs with what is on disk and in the store now. */
export async function expectConverged(host: MemoryHost, sources: Sources): Promise<DesiredState> {
  const { plan, desired } = await prepareOn(host, sources);
  expect(stepsOf(plan).map((change) => `${change.summary}: ${change.reason.text}`)).toEqual([]);
  const stale = desired.units.filter((unit) => {
    const manager = [...host.managers.values()].find((one) => one.account.user === unit.user);
    return manager === undefined || manager.startedWith(unit.unit) !== manager.freshly(unit.unit);
  });
  expect(stale.map((unit) => unit.unit)).toEqual([]);
  expect([...host.managers.values()].flatMap((manager) => manager.unaware())).toEqual([]);
  const paths = [...host.system.files.nodes.keys()];
  expect(paths.filter((path) => path.includes("staging"))).toEqual([]);
  return desired;
}
