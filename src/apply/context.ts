/** What every handler works with. */
import type { AccountFact, StateFacts } from "../model/facts.ts";
import type { DesiredState, DesiredUnit } from "../model/resource.ts";
import { appliedKey } from "../plan/compare-managers.ts";
import type { System } from "../system/interfaces.ts";
import type { Journal } from "./journal.ts";
import type { Ledger } from "./ledger.ts";
import type { Reporter } from "./reporter.ts";

export interface ApplyContext {
  readonly system: System;
  readonly desired: DesiredState;
  readonly facts: StateFacts;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly reporter: Reporter;
  /** Known from the facts, or once this run has made them. */
  readonly trust: { authority: { pem: string; fingerprint: string } | undefined; leaf: string | undefined };
}

export function accountNamed(context: ApplyContext, user: string): AccountFact {
  const account = context.desired.accounts.find((candidate) => candidate.user === user);
  if (account === undefined) throw new Error(`no account ${user} in the desired state`);
  return account;
}

/** Units that are about to run with something else: until they are restarted, which a killed run may not come to. */
export async function outdateUnits(context: ApplyContext, concerned: (unit: DesiredUnit) => boolean): Promise<void> {
  const units = context.desired.units.filter(concerned);
  await context.ledger.outdated(units.map((unit) => appliedKey(unit.user, unit.unit)));
}
