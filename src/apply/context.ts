/** What every handler works with. */
import type { Trust } from "../model/certificate-facts.ts";
import type { AccountFact, StateFacts } from "../model/facts.ts";
import type { AbsolutePath } from "../model/names.ts";
import { unitKey } from "../model/record-keys.ts";
import type { DesiredState, DesiredUnit } from "../model/resource.ts";
import type { Secret } from "../model/secret.ts";
import { printRunsWith, runsWith, served } from "../plan/runs-with.ts";
import type { Journal } from "../record/journal.ts";
import type { AppliedWriter, Outdated } from "../record/write-applied.ts";
import type { Files, System } from "../system/interfaces.ts";
import type { Reporter } from "./reporter.ts";

export interface ApplyContext {
  readonly system: System;
  /** The same disk without the journal, for values of secrets: they are not to stay in its records. */
  readonly vault: Files;
  readonly desired: DesiredState;
  readonly facts: StateFacts;
  readonly journal: Journal;
  readonly applied: AppliedWriter;
  readonly reporter: Reporter;
  /** Values that this run gave to podman, by "USER/NAME": what is made from them need not ask podman. */
  readonly secrets: Map<string, Secret>;
  /** Known from the facts, or once this run has made them. */
  readonly trust: { authority: Trust | undefined; leaf: string | undefined; tailscale: string | undefined };
}

export function accountNamed(context: ApplyContext, user: string): AccountFact {
  const account = context.desired.accounts.find((candidate) => candidate.user === user);
  if (account === undefined) throw new Error(`no account ${user} in the desired state`);
  return account;
}

/** Units that are about to run with something else: until they are restarted, which a killed run may not come to. */
export async function outdateUnits(context: ApplyContext, concerned: (unit: DesiredUnit) => boolean): Promise<void> {
  await outdate(context, (unit) => (concerned(unit) ? "restart" : undefined));
}

/** The same for those that have this path; some take it over without a restart. */
export async function outdateReaders(context: ApplyContext, path: AbsolutePath): Promise<void> {
  await outdate(context, ({ files, reload }) => {
    if (files.includes(path)) return "restart";
    return reload?.files.includes(path) === true ? "reload" : undefined;
  });
}

async function outdate(context: ApplyContext, how: (unit: DesiredUnit) => Outdated["by"] | undefined): Promise<void> {
  const outdated = context.desired.units.flatMap((unit): Outdated[] => {
    const by = how(unit);
    return by === undefined ? [] : [{ key: unitKey(unit.user, unit.unit), by }];
  });
  await context.applied.outdated(outdated);
}

/** Once a unit runs with what is wanted. */
export async function recordRunning({ desired, applied, trust }: ApplyContext, unit: DesiredUnit): Promise<void> {
  const leaf = served(trust.leaf, trust.tailscale);
  await applied.started(unitKey(unit.user, unit.unit), printRunsWith(runsWith(unit, desired, leaf)));
}
