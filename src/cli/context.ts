/** What a run is given here: the host, this package, the lock of this host, and whoever is at the terminal. */
import { NeedsRoot } from "../model/diagnostic.ts";
import { type Plan, stepsOf } from "../model/plan.ts";
import { planAsJson, summary } from "../plan/summary.ts";
import type { Person, Run } from "../runs/run.ts";
import { withFaults } from "../system/faults.ts";
import type { System } from "../system/interfaces.ts";
import { takeLock } from "../system/lock.ts";
import { makeSystem } from "../system/real.ts";
import { complain, print, printJson, useColour } from "./output.ts";
import { thisProgram } from "./package.ts";
import { makeReporter } from "./progress.ts";

export interface Presentation {
  /** The plan as data, and nothing besides it. */
  readonly json?: boolean | undefined;
  /** Seconds with progress. */
  readonly verbose?: boolean | undefined;
  /** What changes inside of files, with the plan. */
  readonly diffs?: boolean;
  /** Instead of a plan without changes. */
  readonly nothing?: string;
}

export function contextOf(system: System, manner: Presentation = {}): Run {
  return { system, program: thisProgram, person: personAt(system, manner), takeLock };
}

/** For what nobody else may even look at. */
export function makeRootSystem(): System {
  const system = makeSystem();
  if (system.host.effectiveUid() !== 0) throw new NeedsRoot("this needs root", "run it with sudo");
  return system;
}

/** The host, or one on which a test wants a step to go wrong. */
export function makeFaultySystem(): System {
  return withFaults(makeSystem(), process.env["INSTALL_QUADLETS_FAULT"]);
}

/** Questions are loaded when there is one: the timer has nobody to ask. */
function personAt(system: System, manner: Presentation): Person {
  return {
    show: (plan) => show(plan, manner),
    askYes: async (question) => (await import("./ask.ts")).askYes(question),
    askName: async (question, name, instead) => (await import("./ask.ts")).askName(question, name, instead),
    print: (text) => {
      if (manner.json !== true) print(text);
    },
    complain,
    reporter: makeReporter(process.stderr, () => system.clock.now().getTime(), manner.verbose === true),
  };
}

async function show(plan: Plan, { json, diffs, nothing, verbose }: Presentation): Promise<void> {
  if (json === true) return printJson(planAsJson(plan));
  if (stepsOf(plan).length === 0 && plan.notes === undefined) return print(nothing ?? summary(plan));
  const { formatPlan } = await import("../plan/format.ts");
  print(formatPlan(plan, { colour: useColour(), diffs: diffs === true, whole: verbose === true }));
}
