/** What stores of models have, where they run now. */
import { listModels } from "../admin/model-store.ts";
import { UserError } from "../model/diagnostic.ts";
import type { AccountFact, ListenerFact, StateFacts, UnitFact } from "../model/facts.ts";
import type { DesiredStore, StoreFact } from "../model/model-store.ts";
import type { System } from "../system/interfaces.ts";

export interface StoresScene {
  readonly accounts: readonly AccountFact[];
  readonly units: (user: string) => readonly UnitFact[];
  readonly listeners: readonly ListenerFact[];
}

/** Undefined where there are none. */
export async function gatherStores(
  system: System,
  stores: readonly DesiredStore[] = [],
  scene: StoresScene,
): Promise<StateFacts["stores"]> {
  if (stores.length === 0) return undefined;
  return new Map(
    await Promise.all(stores.map(async (one) => [one.service, await factOf(system, one, scene)] as const)),
  );
}

async function factOf(
  system: System,
  store: DesiredStore,
  { accounts, units, listeners }: StoresScene,
): Promise<StoreFact> {
  const runs = units(store.user).some(({ unit, active }) => unit === store.unit && active === "active");
  if (!runs) return { kind: "down" };
  const account = accounts.find(({ user }) => user === store.user);
  const nobody = { kind: "unknown", why: `it does not answer at 127.0.0.1:${store.port}` } as const;
  if (!listeners.some(({ port, uid }) => port === store.port && uid === account?.uid)) return nobody;
  try {
    const models = await listModels(system.http, store);
    return models === undefined ? nobody : { kind: "known", models: models.map(({ name }) => name) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "unknown", why: error.message };
  }
}
