/** Whom a service asks for models: the router of the stack, or the service that its own file names. */
import type { ModelAsker } from "../model/model-router.ts";
import type { ServiceName } from "../model/names.ts";
import type { ServiceDraft, WrittenSite } from "./draft.ts";

/** Undefined for a service that asks for none. */
export function askedModels(site: WrittenSite, draft: ServiceDraft): ModelAsker | undefined {
  const asks = draft.written.asks_models;
  if (asks === undefined) return undefined;
  const { container, secret, service, port } = asks;
  const found = routerFor(site, draft);
  if (found === undefined) {
    return { service: service as ServiceName, port, container, secret, userHeader: undefined };
  }
  return { ...found, container, secret, userHeader: asks.router?.user_header };
}

/** Only one that makes keys: without a key of its own nobody could tell what this service used. */
function routerFor({ drafts }: WrittenSite, draft: ServiceDraft): Pick<ModelAsker, "service" | "port"> | undefined {
  const when = draft.written.asks_models?.router?.when;
  if (when === undefined || draft.settings[when] !== true) return undefined;
  const router = drafts.find(({ written }) => written.routes_models !== undefined);
  const keys = router?.written.routes_models?.keys;
  if (router === undefined || keys === undefined || router.name === draft.name) return undefined;
  return { service: router.name as ServiceName, port: keys.port };
}
