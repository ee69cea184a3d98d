/** Which units are replaced side by side: a second instance serves while the first takes over what changed. */
import type { AccountFact, StateFacts } from "../model/facts.ts";
import type { ServiceName } from "../model/names.ts";
import type { Draft } from "../model/plan.ts";
import type { DesiredUnit } from "../model/resource.ts";
import type { SideBySide } from "../model/twin.ts";
import { unitFact } from "../model/unit-state.ts";
import { limitOf } from "../model/waiting.ts";
import { plainAccount } from "./accounts.ts";

export interface Neighbours {
  readonly facts: Pick<StateFacts, "units">;
  readonly accounts: ReadonlyMap<string, AccountFact>;
  readonly earlier: readonly Draft[];
  /** Services with data that get other images: an image of another release may change what the first one still reads. */
  readonly moved: ReadonlySet<ServiceName>;
  /** All that start or restart. */
  readonly starting: readonly DesiredUnit[];
}

/** Undefined where it is replaced in place: nobody wants it otherwise, or the second one would find nothing to stand on. */
export function sideBySide(unit: DesiredUnit, neighbours: Neighbours): SideBySide | undefined {
  const { twin, user, service } = unit;
  const { facts, accounts, earlier, moved, starting } = neighbours;
  const account = accounts.get(user);
  const proxy = twin && accounts.get(twin.detour.user);
  if (twin === undefined || account === undefined || proxy === undefined) return undefined;
  const fact = unitFact(facts, unit);
  if (fact?.active !== "active" || moved.has(service)) return undefined;
  // With its database or its pod it is down for as long as those are.
  if (starting.some((other) => other !== unit && other.service === service)) return undefined;
  if (earlier.some(({ change }) => endsAll(change, user))) return undefined;
  const { user: _, ...ways } = twin.detour;
  const own = unit.files[0];
  const stopTimeoutSeconds = limitOf(fact.stopLimitSeconds);
  const detour = { ...ways, account: plainAccount(proxy) };
  return {
    twin: { account, unit: twin.unit, path: twin.path, stopTimeoutSeconds, detour },
    content: twin.content,
    alsoBack: !earlier.some(({ change }) => change.kind === "file" && change.file.path === own),
  };
}

/** Everything that the account runs. */
function endsAll(change: Draft["change"], user: string): boolean {
  return (change.kind === "manager" || change.kind === "subids") && change.account.user === user;
}
