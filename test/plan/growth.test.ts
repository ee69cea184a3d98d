/** Twice the services are twice the work: counted in looks at the desired state and the stack, not in time. */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { resolveStack } from "../../src/config/resolve.ts";
import { stepsOf } from "../../src/model/plan.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import type { Stack } from "../../src/model/service.ts";
import { makePlan } from "../../src/plan/make-plan.ts";
import { renderState } from "../../src/render/desired-state.ts";
import { sharedView } from "../../src/render/service-files.ts";
import { callsOf, startOrder, upstreamPorts } from "../../src/render/site.ts";
import { ownSources, siteFor } from "../render/support.ts";
import { settledWorld } from "./support.ts";

/** Services that each call the next one; the first ends TLS for all. */
function stackOf(count: number): Stack {
  const names = Array.from({ length: count }, (_, index) => `app${index}`);
  const texts = names.map((name, index) => {
    const caller = names[(index + 1) % count];
    return `
description: ${name}
account: { user: ${name}-user, home: /var/lib/${name} }
${index === 0 ? "terminates_tls: { certificate_in: tls, authority_in: data }" : ""}
directories: [{ path: data, owner: "0:0", mode: "0750" }, { path: tls, owner: "0:0", mode: "0750" }]
secrets: { key: { generate: { length: 32, alphabet: base62 } } }
ports: { api: { host: ${9000 + index}, container: 80, bind: [loopback], consumers: [${caller}] } }
routes: [{ host: ${name}, port: api }]
containers: { app: { image: docker.io/x/y:1, mounts: [{ source: tls, target: /tls }], secrets: [{ secret: key, env: KEY }], listens: [80] } }
`;
  });
  return resolveStack(ownSources(Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]))));
}

/** The same value; every look at one of its properties is counted. */
function counted<T extends object>(value: T): { readonly value: T; readonly looks: () => number } {
  let looks = 0;
  const known = new WeakMap<object, object>();
  const wrap = <V>(inner: V): V => {
    if (typeof inner !== "object" || inner === null || inner instanceof Map || inner instanceof Date) return inner;
    const found = known.get(inner) ?? new Proxy(inner, { get: (of, key) => look(Reflect.get(of, key)) });
    known.set(inner, found);
    return found as V;
  };
  const look = <V>(inner: V): V => {
    looks++;
    return typeof inner === "function" ? inner : wrap(inner);
  };
  return { value: wrap(value), looks: () => looks };
}

function growth(work: (count: number) => number): number {
  return work(40) / work(20);
}

function planned(facts: "settled" | "bare", count: number): number {
  const stack = stackOf(count);
  const { desired, host, state } = settledWorld(renderState(stack, siteFor(stack)));
  const none = new Map<never, never>();
  const bare = { ...state, paths: none, secrets: none, images: none, units: none, managers: none, lingering: [] };
  const watched = counted<DesiredState>(desired);
  const changes = stepsOf(makePlan(watched.value, host, facts === "settled" ? state : bare));
  expect(changes.length > 0).toBe(facts === "bare");
  return watched.looks();
}

test.each(["settled", "bare"] as const)("planning a %s host", (facts) => {
  expect(growth((count) => planned(facts, count))).toBeLessThan(2.2);
});

test("who calls whom, in which order all start, and what templates see", () => {
  const rendered = growth((count) => {
    const watched = counted(stackOf(count));
    const calls = callsOf(watched.value);
    for (const service of startOrder(watched.value, calls)) upstreamPorts(calls.get(service.name) ?? []);
    sharedView(watched.value, siteFor(stackOf(1)));
    return watched.looks();
  });
  expect(rendered).toBeLessThan(2.2);
});

test("the bench that measures it in seconds still runs", () => {
  const bench = fileURLToPath(new URL("../../scripts/bench-plan.mjs", import.meta.url));
  const env = { ...process.env, ROUNDS: "1" };
  const lines = execFileSync(process.execPath, [bench, "2", "4"], { encoding: "utf8", env }).trimEnd().split("\n");
  expect(lines.slice(1, 3).map((line) => line.trim().split(/ +/).slice(0, 2))).toEqual([
    ["2", "6"],
    ["4", "12"],
  ]);
});
