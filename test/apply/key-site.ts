/** A service that makes keys, and one whose model they open. */
import type { Sources } from "../../src/config/load.ts";
import { ownSources } from "../render/support.ts";
import { MemoryLitellm } from "../support/memory-litellm.ts";
import type { MemoryHost } from "./memory-host.ts";

const ENGINE = `
description: an engine
account: { user: engine-user, home: /var/lib/engine }
ports: { api: { host: 8000, container: 8000, bind: [loopback], consumers: [router] } }
serves_models: { type: vllm, port: api, models: [{ name: small }, { name: large }] }
containers: { engine: { image: docker.io/lab/engine:1, listens: [8000] } }
`;

const ROUTER = `
description: a router
account: { user: router-user, home: /var/lib/router }
secrets: { master: { generate: { length: 48, alphabet: base62, prefix: sk- } } }
ports: { admin: { host: 4100, container: 4000, bind: [loopback] } }
routes_models: { container: router, keys: { port: admin, secret: master } }
containers:
  router:
    image: docker.io/lab/router:1
    secrets: [{ secret: master, env: MASTER }]
    listens: [4000]
`;

/** `keys` is what stands below `keys:`; undefined: there is no such file. */
export function keySite(keys: string | undefined, services: readonly string[] = ["engine", "router"]): Sources {
  const sources = ownSources({ engine: ENGINE, router: ROUTER });
  const stack = [{ file: "stack.yaml", text: `services: { ${services.map((name) => `${name}: {}`).join(", ")} }` }];
  const registry = keys === undefined ? {} : { keys: { file: "keys.yaml", text: `keys: ${keys}` } };
  return { ...sources, stack, registry };
}

const ASKER = `
description: one that asks
account: { user: asker-user, home: /var/lib/asker }
settings: { routed: { type: boolean, default: true, description: d } }
secrets: { engine-key: { generate: { length: 32, alphabet: hex } } }
asks_models:
  { container: asker, service: engine, port: api, secret: engine-key, router: { when: routed, user_header: X-User } }
containers:
  asker:
    image: docker.io/lab/asker:1
    secrets: [{ secret: engine-key, env: OPENAI_API_KEY }]
`;

/** With a service that asks for models. */
export function askedSite(isRouted = true): Sources {
  const asker = isRouted ? "{}" : "{ settings: { routed: false } }";
  const text = `services: { engine: {}, router: {}, asker: ${asker} }`;
  return { ...ownSources({ engine: ENGINE, router: ROUTER, asker: ASKER }), stack: [{ file: "stack.yaml", text }] };
}

/** The gateway of that site on this host, which answers while its unit runs. */
export function withGateway(host: MemoryHost): MemoryLitellm {
  const gateway = new MemoryLitellm();
  host.listen({ user: "router-user", unit: "router.service", port: 4100, master: "router-master", gateway });
  return gateway;
}
