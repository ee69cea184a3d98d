/** Stores of models of the services here: what each has and lacks, and how one goes out of it. */
import { listModels, removeModel, type Store } from "../admin/model-store.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { hasModel, type IndexedStore, isSameModel } from "../model/model-store.ts";
import { suggestOne } from "../model/suggest.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import { hasOwnPort } from "./own-port.ts";

export interface SeenStore {
  readonly service: string;
  readonly models: readonly SeenModel[];
  /** Declared, and not there. */
  readonly missing: readonly string[];
  /** Why it could not be looked at; undefined where it could. */
  readonly trouble: string | undefined;
}

export interface SeenModel {
  readonly name: string;
  readonly bytes: number;
  readonly isDeclared: boolean;
}

export async function lookAtStores(system: System, services: readonly IndexedService[]): Promise<readonly SeenStore[]> {
  return Promise.all(
    services.flatMap((service) =>
      service.modelStore === undefined ? [] : [look(system, service, service.modelStore)],
    ),
  );
}

async function look(system: System, service: IndexedService, store: IndexedStore): Promise<SeenStore> {
  const { name } = service;
  const unknown = (trouble: string): SeenStore => ({ service: name, models: [], missing: [], trouble });
  if (!(await hasOwnPort(system, service, store.port))) return unknown("does not run now");
  try {
    const found = await listModels(system.http, { service: name, ...store });
    if (found === undefined) return unknown("does not answer now");
    const names = found.map((model) => model.name);
    return {
      service: name,
      models: found.map((model) => ({ ...model, isDeclared: hasModel(store.models, model.name) })),
      missing: store.models.filter((model) => !hasModel(names, model)),
      trouble: undefined,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return unknown(error.message);
  }
}

export interface Removable {
  readonly store: Store;
  readonly model: SeenModel;
}

/** What is there under that name, in the store that is named or the only one that has it, and may go. */
export async function findStored(
  system: System,
  services: readonly IndexedService[],
  model: string,
  named: string | undefined,
): Promise<Removable> {
  const meant = services.filter(({ name, modelStore }) => modelStore !== undefined && (named ?? name) === name);
  const seen = await lookAtStores(system, meant);
  const owners = seen.filter(({ models }) => models.some(({ name }) => isSameModel(name, model)));
  const [first, second] = owners;
  const stores = seen.map(({ service }) => service).join(", ");
  if (first === undefined) {
    const silent = seen.find(({ trouble }) => trouble !== undefined);
    if (silent !== undefined)
      throw userError(
        "not-running",
        `${silent.service} ${visible(silent.trouble ?? "")}`,
        `sudo svc start ${silent.service}`,
      );
    const names = seen.flatMap(({ models }) => models.map(({ name }) => name));
    const where = stores === "" ? "no service here has a store of models" : `${visible(model)} is not in ${stores}`;
    throw userError("unknown-name", where, suggestOne(model, names));
  }
  if (second !== undefined) {
    throw userError("ambiguous", `${stores} have it`, `say which: gateway-manage models remove ${visible(model)} NAME`);
  }
  const found = first.models.find(({ name }) => isSameModel(name, model));
  const service = services.find(({ name }) => name === first.service);
  if (found === undefined || service?.modelStore === undefined) throw new Error(`no store of ${first.service}`);
  if (found.isDeclared) {
    throw userError(
      "does-not-apply",
      `${visible(found.name)} is declared of ${first.service}: the next run would pull it again`,
      "take it out of stack.yaml, or of providers.yaml, and run sudo install-quadlets",
    );
  }
  return { store: { service: first.service, ...service.modelStore }, model: found };
}

export async function removeStored({ http }: System, { store, model }: Removable): Promise<void> {
  await removeModel(http, store, model.name);
}
