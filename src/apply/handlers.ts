/** Every kind of change and who makes it: one table for each noun. */
import type { Change, Kind, Of } from "../model/change.ts";
import type { Step } from "../model/plan.ts";
import type { ApplyContext, Handlers, StepOf, Together } from "./context.ts";
import { ACCOUNTS } from "./handle-accounts.ts";
import { CERTIFICATES } from "./handle-certificate.ts";
import { DATA } from "./handle-data.ts";
import { KEYS } from "./handle-keys.ts";
import { MANAGERS } from "./handle-managers.ts";
import { MODELS } from "./handle-models.ts";
import { OWN } from "./handle-own.ts";
import { PACKAGES } from "./handle-packages.ts";
import { PATHS } from "./handle-paths.ts";
import { STORES } from "./handle-stores.ts";
import { TAILSCALE } from "./handle-tailscale.ts";
import { startUnits } from "./handle-units.ts";
import { RELOADS } from "./reload-unit.ts";
import { stopUnits } from "./stop-units.ts";

const EACH: Handlers<Alone> = {
  ...PACKAGES,
  ...ACCOUNTS,
  ...PATHS,
  ...CERTIFICATES,
  ...TAILSCALE,
  ...OWN,
  ...MANAGERS,
  ...STORES,
  ...RELOADS,
  ...KEYS,
  ...MODELS,
  ...DATA,
};

const TOGETHER: { readonly [K in Together]: (context: ApplyContext, steps: readonly StepOf<K>[]) => Promise<void> } = {
  unit: startUnits,
  stop: stopUnits,
};

/** A step, or several of one user that are taken together. */
export async function takeSteps(context: ApplyContext, steps: readonly [Step, ...Step[]]): Promise<void> {
  const [first] = steps;
  const { change } = first;
  if (isTogether(change)) return takeTogether(context, change.kind, steps);
  await takeOne(context, change.kind, change);
  context.reporter.done(first);
}

export function isTogether(change: Change): change is Of<Together> {
  return change.kind in TOGETHER;
}

async function takeTogether<K extends Together>(context: ApplyContext, kind: K, steps: readonly Step[]): Promise<void> {
  await TOGETHER[kind](
    context,
    steps.filter((step): step is StepOf<K> => step.change.kind === kind),
  );
}

type Alone = Exclude<Kind, Together>;

function takeOne<K extends Alone>(context: ApplyContext, kind: K, change: Of<K>): Promise<unknown> {
  return EACH[kind](context, change);
}
