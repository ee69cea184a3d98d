/** A service that keeps models in a store of its own, and one that leads requests to them. */
import type { Sources } from "../../src/config/load.ts";
import { ownSources } from "../render/support.ts";
import { MemoryModels } from "../support/memory-models.ts";
import type { MemoryHost } from "./memory-host.ts";

const KEEPER = `
description: a keeper of models
account: { user: keeper-user, home: /var/lib/keeper }
settings: { models: { type: list, default: [], pattern: "[a-z0-9.:-]+", description: d } }
ports: { api: { host: 11500, container: 11434, bind: [loopback], consumers: [router] } }
serves_models:
  type: ollama
  port: api
  models: [{ each: models, name: "\${item}" }]
  store: { container: keeper, list: /api/tags, pull: /api/pull, remove: /api/delete }
containers: { keeper: { image: docker.io/lab/keeper:1, listens: [11434] } }
`;

const ROUTER = `
description: a router
account: { user: router-user, home: /var/lib/router }
settings: { models: { type: string, default: none, description: d } }
ports: { api: { host: 4100, container: 4000, bind: [loopback] } }
routes_models: { container: router }
containers:
  router: { image: docker.io/lab/router:1, environment: { ROUTED: "\${settings.models}" }, listens: [4000] }
`;

/** The router starts anew with each change of what is declared. */
export function modelSite(models: readonly string[]): Sources {
  const keeper = `{ settings: { models: ${JSON.stringify(models)} } }`;
  const router = `{ settings: { models: ${JSON.stringify(models.join(","))} } }`;
  const text = `services: { keeper: ${keeper}, router: ${router} }`;
  return { ...ownSources({ keeper: KEEPER, router: ROUTER }), stack: [{ file: "stack.yaml", text }] };
}

/** The store of that site on this host, which answers while its unit runs. */
export function withModels(host: MemoryHost): MemoryModels {
  const models = new MemoryModels();
  host.keep({ user: "keeper-user", unit: "keeper.service", port: 11500, models });
  return models;
}
