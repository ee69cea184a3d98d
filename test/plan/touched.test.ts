/** Whom a plan may have kept from answering. */
import { expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import { isTouched } from "../../src/plan/touched.ts";

type Told = readonly [phase: string, service: string | undefined, kind: string];

function plan(steps: readonly Told[], aside: readonly string[] = []): Plan {
  const stages = steps.map(([phase, service, kind]) => ({ phase, lanes: [[{ phase, service, change: { kind } }]] }));
  return { stages, aside: aside.map((service) => ({ service })) } as unknown as Plan;
}

const NAMES = ["proxy", "model", "other", "gateway"];

test.each<[string, Plan, readonly string[]]>([
  ["nothing", plan([]), []],
  ["its own start", plan([["start", "model", "unit"]]), ["model", "gateway"]],
  ["the start of what leads to it is not its own", plan([["start", "gateway", "unit"]]), ["gateway"]],
  ["a key", plan([["keys", "gateway", "key"]]), []],
  ["a file that nobody takes over", plan([["files", "model", "file"]]), []],
  ["the proxy", plan([["start", "proxy", "reload"]]), NAMES],
  ["a certificate", plan([["certificates", "proxy", "certificate"]]), NAMES],
  ["the firewall", plan([["managers", undefined, "system-unit"]]), NAMES],
  ["who is left as he is", plan([["start", "proxy", "unit"]], ["model"]), ["proxy", "other", "gateway"]],
])("%s", (_, given, names) => {
  const touched = isTouched(given, "proxy");
  expect(NAMES.filter((name) => touched(name, name === "gateway" ? ["model"] : []))).toEqual(names);
});
