/** Models that are declared of a store and that it lacks: pulled once it runs, and before whoever leads to them starts anew. */
import type { StateFacts } from "../model/facts.ts";
import { type DesiredStore, hasModel } from "../model/model-store.ts";
import type { Draft } from "../model/plan.ts";
import type { Reason } from "../model/reason.ts";
import type { DesiredAccount } from "../model/resource.ts";
import { accountIn, accountsOf } from "./accounts.ts";
import { because, planned } from "./change.ts";
import { BEHIND_MODELS } from "./kinds/models.ts";

interface Compared {
  /** Those of the units, in their order, and the pulls. */
  readonly changes: readonly Draft[];
  /** In words. */
  readonly stays: readonly string[];
}

/** `units` are what becomes of units in this plan. */
export function compareModels(
  stores: readonly DesiredStore[] = [],
  accounts: readonly DesiredAccount[],
  { stores: facts }: Pick<StateFacts, "stores">,
  units: readonly Draft[],
): Compared {
  const known = accountsOf(accounts);
  const waiting = new Set<string | undefined>();
  const pulls = stores.flatMap((store) => {
    const { service, user, unit, port, list, pull, remove, routers } = store;
    const account = accountIn(known, user);
    const missing = missingIn(store, facts, units);
    if (missing.length > 0) for (const router of routers) waiting.add(router);
    return missing.map(({ model, action, reason }) => {
      const door = { service, unit, port, list, pull, remove };
      return planned("start", action, service, `pull ${model} into ${service}`, reason, {
        kind: "model",
        account,
        store: door,
        model,
      });
    });
  });
  const behind = units.map((draft) => {
    const { service, change } = draft;
    const waits = change.kind === "unit" && change.beside === undefined && waiting.has(service);
    return waits ? { ...draft, change: { ...change, turn: BEHIND_MODELS } } : draft;
  });
  return { changes: [...behind, ...pulls], stays: stores.flatMap((store) => undeclared(store, facts)) };
}

interface Missing {
  readonly model: string;
  readonly action: Draft["action"];
  readonly reason: Reason;
}

function missingIn(
  { service, user, unit, models }: DesiredStore,
  facts: StateFacts["stores"],
  units: readonly Draft[],
): readonly Missing[] {
  const isOwn = ({ change }: Draft, kind: "unit" | "stop") =>
    change.kind === kind && change.unit === unit && change.account.user === user;
  if (units.some((draft) => isOwn(draft, "stop"))) return [];
  const fact = facts?.get(service);
  if (fact?.kind === "known") {
    const reason = because("missing", "it is declared, and not there");
    return models
      .filter((model) => !hasModel(fact.models, model))
      .map((model) => ({ model, action: "create", reason }));
  }
  const looked = (reason: Reason) => models.map((model): Missing => ({ model, action: "run", reason }));
  // One that sleeps is not woken for it.
  if (units.some((draft) => isOwn(draft, "unit")))
    return looked(because("down", `where it is not there, once ${service} runs`));
  return fact?.kind === "unknown" ? looked(because("failed", `where it is not there: ${fact.why}`)) : [];
}

/** Somebody may use it by its own name. */
function undeclared({ service, models }: DesiredStore, facts: StateFacts["stores"]): readonly string[] {
  const fact = facts?.get(service);
  if (fact?.kind !== "known") return [];
  return fact.models
    .filter((name) => !hasModel(models, name))
    .map((name) => `model ${name} of ${service}, which nobody declares: sudo gateway-manage models remove ${name}`);
}
