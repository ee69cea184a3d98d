/** Services that ask for models: the router of the stack where there is one, with a key of their own; otherwise whom their file names. */
import { expect, test } from "vitest";
import type { Service, Stack } from "../../src/model/service.ts";
import { faultsOf, resolve, type Texts } from "./support.ts";

function named(stack: Stack, name: string): Service {
  const service = stack.services.find((one) => one.name === name);
  if (service === undefined) throw new Error(`no ${name}`);
  return service;
}

/** Where it asks, with which secret, and whether it says for whom. */
function asks(texts: Texts, name = "open-webui"): readonly (string | undefined)[] {
  const service = named(resolve(texts), name);
  const { environment, secrets } = service.containers[0] ?? {};
  const use = secrets?.find(({ as }) => as.kind === "env" && as.name === "OPENAI_API_KEY");
  const secret = service.secrets.find((one) => one.name === use?.secret);
  return [
    environment?.["OPENAI_API_BASE_URL"],
    secret?.kind === "copy" ? `${secret.name}: ${secret.service}/${secret.secret}` : secret?.kind,
    environment?.["ENABLE_FORWARD_USER_INFO_HEADERS"],
  ];
}

const DIRECTLY = ["http://127.0.0.1:8000/v1", "vllm-key: vllm-qwen/api-key", undefined];
const ROUTED = ["http://127.0.0.1:4000/v1", "gateway_key: gateway/key_open-webui", "true"];

test.each<[string, string, typeof ROUTED | typeof DIRECTLY]>([
  ["without a gateway", "services: {}", DIRECTLY],
  ["with one", "services: { gateway: {} }", ROUTED],
  ["with one that is off", "services: { gateway: { enabled: false } }", DIRECTLY],
  [
    "with one that it is not to ask",
    "services: { gateway: {}, open-webui: { settings: { use_gateway: false } } }",
    DIRECTLY,
  ],
  ["with one and no vLLM", "services: { gateway: {}, llama-cpp: {}, vllm-qwen: { enabled: false } }", ROUTED],
  [
    "with one at another port",
    "services: { gateway: { ports: { api: 4444 } } }",
    ["http://127.0.0.1:4444/v1", ...ROUTED.slice(1)],
  ],
])("%s", (_, stack, wanted) => {
  expect(asks({ stack })).toEqual(wanted);
});

test("what the site sets for the container wins", () => {
  const stack =
    "services: { gateway: {}, open-webui: { environment: { open-webui: { ENABLE_FORWARD_USER_INFO_HEADERS: 'false' } } } }";
  expect(asks({ stack })[2]).toBe("false");
});

test("only what it asks lets it in by what it asks, and the secret of the other is not in its account", () => {
  const stack = resolve({});
  expect(named(stack, "gateway").ports.map(({ name, consumers }) => [name, consumers])).toEqual([
    ["api", ["open-webui"]],
    ["api-twin", []],
  ]);
  expect(named(stack, "open-webui").secrets.map(({ name }) => name)).toEqual(["secret-key", "gateway_key"]);
});

test("another instance has a key of its own", () => {
  const stack = "services: { gateway: {}, team: { from: open-webui, ports: { web: 3100 } } }";
  expect(asks({ stack }, "team")[1]).toBe("gateway_key: gateway/key_team");
  expect(resolve({ stack }).registry?.keys.map(({ name, kind }) => [name, kind])).toEqual([
    ["open-webui", "service"],
    ["team", "service"],
  ]);
});

test("its key may everything, or what keys.yaml says of a key with its name", () => {
  expect(resolve({}).registry?.keys[0]).toMatchObject({ holder: "Chat in the browser", limits: { models: [] } });
  const keys = "keys: { open-webui: { requests_per_minute: 30 }, anna: {} }";
  const found = resolve({ keys }).registry?.keys.map(({ name, kind, limits }) => [
    name,
    kind,
    limits.requestsPerMinute,
  ]);
  expect(found).toEqual([
    ["anna", "person", undefined],
    ["open-webui", "service", 30],
  ]);
});

const ENGINE = `
description: an engine
account: { user: engine-user, home: /var/lib/engine }
secrets: { key: { generate: { length: 32, alphabet: hex } } }
ports: { api: { host: 8100, container: 8000, bind: [loopback] } }
serves_models: { type: vllm, port: api, key: key, models: [{ name: small }] }
containers: { engine: { image: docker.io/lab/engine:1, listens: [8000] } }
`;
const ROUTER = `
description: a router
account: { user: router-user, home: /var/lib/router }
ports: { api: { host: 4100, container: 4000, bind: [loopback] } }
routes_models: { container: router }
containers: { router: { image: docker.io/lab/router:1, listens: [4000] } }
`;
const ASKER = `
description: one that asks
account: { user: asker-user, home: /var/lib/asker }
settings: { routed: { type: boolean, default: true, description: d } }
secrets: { engine-key: { same_as: engine/key } }
asks_models: { container: asker, service: engine, port: api, secret: engine-key, router: { when: routed, user_header: X-User } }
containers:
  asker:
    image: docker.io/lab/asker:1
    environment: { OPENAI_API_BASE_URL: "http://127.0.0.1:\${models.port}/v1" }
    secrets: [{ secret: engine-key, env: OPENAI_API_KEY }]
`;
const OFF = "vllm-qwen: { enabled: false }, open-webui: { enabled: false }";

function own(asker: string, router: boolean): Texts {
  const services = { engine: ENGINE, asker, ...(router && { router: ROUTER }) };
  return { stack: `services: { ${OFF}, engine: {}, asker: {}${router ? ", router: {}" : ""} }`, services };
}

test("whom its file names becomes reachable for it", () => {
  expect(named(resolve(own(ASKER, false)), "engine").ports[0]?.consumers).toEqual(["asker"]);
});

test("one that routes and makes no keys is not asked", () => {
  const services = {
    ...own(ASKER, true).services,
    engine: ENGINE.replace("bind: [loopback]", "bind: [loopback], consumers: [router]"),
  };
  expect(asks({ ...own(ASKER, true), services }, "asker")).toEqual([
    "http://127.0.0.1:8100/v1",
    "engine-key: engine/key",
    undefined,
  ]);
});

test.each<[string, string, string, string]>([
  ["a setting", "when: routed", "when: rooted", 'no setting is named "rooted"'],
  ["a secret", "secret: engine-key, router", "secret: engin-key, router", 'no secret is named "engin-key"'],
  ["a container", "container: asker,", "container: other,", 'no container is named "other"'],
  ["a port", "port: api", "port: web", "models.web} names nothing"],
  ["a service", "service: engine,", "service: engines,", 'no service is named "engines"'],
])("%s that there is not is said", (_, from, to, says) => {
  expect(ASKER).toContain(from);
  expect(faultsOf(own(ASKER.replace(from, to), false))).toContain(says);
});

test("models.port without asks_models is said", () => {
  const without = ASKER.split("\n")
    .filter((line) => !line.startsWith("asks_models"))
    .join("\n");
  expect(faultsOf(own(without, false))).toContain("say whom it asks: asks_models");
});

test("a fault in the files of the site is not followed by one of the key that is not made", () => {
  const faults = faultsOf({ keys: "keys: { anna: { models: [nobody] } }" });
  expect(faults).toContain("nobody");
  expect(
    faults
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("  ")),
  ).toHaveLength(1);
});
