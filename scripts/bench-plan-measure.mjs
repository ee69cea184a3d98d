/** Measures one size for bench-plan.mjs in a process of its own: `node bench-plan-measure.mjs PROGRAM SERVICES`, prints JSON. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const { assignIdentities, makePlan, renderState, resolveStack, settledWorld } = await import(process.argv[2]);
const templates = new Map();

// Warm: what is measured is the growth, not the first compilation of each function.
run(10);
console.log(JSON.stringify({ ...run(Number(process.argv[3])), megabytes: process.resourceUsage().maxRSS / 1024 }));

function run(count) {
  const steps = {};
  const timed = (name, work) => {
    const begun = performance.now();
    const result = work();
    steps[name] = performance.now() - begun;
    return result;
  };
  const stack = timed("config", () => resolveStack(generate(count)));
  const desired = timed("render", () => renderState(stack, siteOf(stack)));
  const { host, state } = settledWorld(desired);
  const { stages } = timed("plan", () => makePlan(desired, host, state));
  if (stages.length > 0) throw new Error(`something to do on a settled host: ${stages[0].lanes[0][0].summary}`);
  const fresh = timed("empty", () => makePlan(desired, host, bare(state)));
  if (fresh.stages.flatMap(({ lanes }) => lanes.flat()).length < 3 * count)
    throw new Error("not everything would be made");
  return { services: count, units: desired.units.length, ...steps };
}

function siteOf(stack) {
  return {
    address: "100.64.0.1",
    interface: "tailscale0",
    tailscaleName: undefined,
    operators: [],
    podmanVersion: "5.4.2",
    nameservers: ["9.9.9.9"],
    // The uids that the tool gives to new accounts are a hundred; these exist.
    identities: assignIdentities(stack, accountsOf(stack)),
    tool: undefined,
    template,
  };
}

function template(file) {
  const known = templates.get(file) ?? { file, source: readFileSync(`${ROOT}templates/${file}`, "utf8") };
  templates.set(file, known);
  return known;
}

/** The same host with nothing of ours on it. */
function bare(state) {
  const none = new Map();
  return {
    ...state,
    lingering: [],
    paths: none,
    secrets: none,
    images: none,
    units: none,
    managers: none,
    certificate: undefined,
    applied: { ...state.applied, units: {} },
  };
}

function accountsOf(stack) {
  const accounts = stack.services.map(({ account }, index) => ({
    ...account,
    uid: 10_000 + index,
    gid: 10_000 + index,
  }));
  const ranges = accounts.map(({ user }, index) => ({ owner: user, start: 131_072 + index * 65_536, count: 65_536 }));
  return { accounts, groups: [], subuids: ranges, subgids: ranges };
}

/** Services of a pod with two containers (three units) that call their neighbour; the first ends TLS for all of them. */
function generate(count) {
  const names = Array.from({ length: count }, (_, index) => `svc-${index}`);
  const stack = `services:\n${names.map((name) => `  ${name}: {}\n`).join("")}`;
  return {
    stack: [{ file: "stack.yaml", text: stack }],
    services: names.map((name, index) => ({ file: `services/${name}.yaml`, text: serviceText(name, index, count) })),
  };
}

function serviceText(name, index, count) {
  const port = 10_000 + 2 * index;
  const neighbour = `svc-${(index + 1) % count}`;
  const health = "{ command: probe, interval: 10, timeout: 5, retries: 3 }";
  return `
description: generated service ${index}
account: { user: ${name}-user, home: /var/lib/${name} }
${index === 0 ? "terminates_tls: { certificate_in: tls, authority_in: www }" : ""}
settings:
  level: { type: string, default: info, description: what it logs }
directories:
  - { path: data, owner: "999:999", mode: "0750" }
  - { path: tls, owner: "0:101", mode: "0750" }
  - { path: www, owner: "0:0", mode: "0755" }
secrets:
  password: { generate: { length: 32, alphabet: base62 } }
ports:
  api: { host: ${port}, container: 8080, bind: [loopback], consumers: [${neighbour}] }
routes:
  - { host: ${name}, port: api }
pod: {}
containers:
  db:
    image: docker.io/library/db:1
    environment: { LEVEL: "\${settings.level}" }
    secrets: [{ secret: password, env: PASSWORD }]
    mounts: [{ source: data, target: /data }, { source: tls, target: /tls }]
    health: ${health}
    listens: [5432]
  api:
    image: docker.io/library/api:1
    after: { db: healthy }
    environment: { SELF: "http://127.0.0.1:\${ports.api}/", DOMAIN: "\${stack.domain}" }
    secrets: [{ secret: password, env: PASSWORD }]
    health: ${health}
    listens: [8080]
`;
}
