/** What answers say of routes, names and requests: statuses, addresses and bodies in, words out. */
import { describe, expect, test } from "vitest";
import type { UnitState } from "../../src/apps/control.ts";
import { type Behind, behindOf, judgeName, judgeRoute, judgeStep } from "../../src/apps/judge-asked.ts";
import type { AskedStep } from "../../src/model/asked.ts";
import type { ServiceName } from "../../src/model/names.ts";
import { uuid7 } from "../../src/model/uuid.ts";

const TO = { to: "wiki" as ServiceName };

describe("a route", () => {
  test.each([200, 204, 301, 302, 307, 400, 401, 403, 404, 405, 429, 500, 501])(
    "%i is an answer of whoever is behind it",
    (status) => {
      for (const behind of ["up", "failed", "stopped"] as const)
        expect(judgeRoute(TO, { status, body: "" }, behind)).toBeUndefined();
    },
  );

  test.each<[number, Behind, string, string, boolean]>([
    [502, "up", "it answers 502, though wiki runs", "sudo svc restart wiki", false],
    [504, "up", "it answers 504, though wiki runs", "sudo svc restart wiki", false],
    [502, "starting", "it answers 502: wiki is still starting", "sudo svc status wiki", false],
    [503, "starting", "it answers 503: wiki is still starting", "sudo svc status wiki", false],
    [502, "failed", "it answers 502: wiki has failed", "sudo svc status wiki", false],
    [504, "failed", "it answers 504: wiki has failed", "sudo svc status wiki", false],
    [502, "stopped", "wiki is stopped", "sudo svc start wiki", true],
    [503, "stopped", "wiki is stopped", "sudo svc start wiki", true],
  ])("%i, and behind it is one that is %s", (status, behind, missing, hint, byHand) => {
    const lack = judgeRoute(TO, { status, body: "<html>" }, behind);
    expect({ byHand: false, ...lack }).toEqual({ missing, hint, byHand });
  });
});

describe("who is behind a route", () => {
  test.each<[string, readonly (readonly [UnitState["manager"], string | undefined])[], Behind]>([
    [
      "all units are active",
      [
        ["up", "active"],
        ["up", "active"],
      ],
      "up",
    ],
    [
      "one has failed",
      [
        ["up", "active"],
        ["up", "failed"],
      ],
      "failed",
    ],
    [
      "one has failed and another one starts",
      [
        ["up", "activating"],
        ["up", "failed"],
      ],
      "failed",
    ],
    [
      "one starts",
      [
        ["up", "active"],
        ["up", "activating"],
      ],
      "starting",
    ],
    [
      "all are inactive",
      [
        ["up", "inactive"],
        ["up", "inactive"],
      ],
      "stopped",
    ],
    [
      "one is inactive",
      [
        ["up", "active"],
        ["up", "inactive"],
      ],
      "stopped",
    ],
    ["nobody manages its units", [["down", undefined]], "failed"],
    ["its manager says nothing", [["silent", undefined]], "failed"],
  ])("%s", (_, units, behind) => {
    const states = units.map(([manager, active]) => ({ manager, fact: active && { active } }) as unknown as UnitState);
    expect(behindOf(states)).toBe(behind);
  });
});

describe("a name", () => {
  const WANTED = { address: "100.64.0.1" };

  test.each<[string, readonly string[], string | undefined]>([
    ["the address", ["100.64.0.1"], undefined],
    ["none", [], "it does not know the name"],
    ["another one", ["192.0.2.7"], "it says 192.0.2.7"],
    ["one too many", ["100.64.0.1", "192.0.2.7"], "it says 100.64.0.1, 192.0.2.7"],
  ])("%s", (_, found, missing) => {
    expect(judgeName(WANTED, found)).toEqual(missing && { missing, hint: "sudo install-quadlets" });
  });
});

describe("a step", () => {
  const step = (more: Partial<AskedStep> = {}): AskedStep => ({ method: "GET", path: "/x", ...more });

  test.each<[string, AskedStep, number, string, string | undefined]>([
    ["any answer will do", step(), 201, "", undefined],
    ["no content", step({ method: "DELETE" }), 204, "", undefined],
    [
      "a refusal with its reason",
      step(),
      404,
      '{"message":"no such trace"}',
      "GET /x is answered by 404: no such trace",
    ],
    ["a refusal without", step({ method: "POST" }), 503, "", "POST /x is answered by 503: no reason given"],
    ["a redirect to nowhere that was asked", step(), 302, "", "GET /x is answered by 302: no reason given"],
    ["what is there", step({ find: "data.0.id" }), 200, '{"data":[{"id":"qwen"}]}', undefined],
    ["an empty list", step({ find: "data.0.id" }), 200, '{"data":[]}', "GET /x is answered without data.0.id"],
    ["a page in place of data", step({ find: "status" }), 200, "<html>", "GET /x is answered without status"],
    ["no", step({ find: "status" }), 200, '{"status":false}', "GET /x is answered without status"],
    ["what it must be", step({ find: "id", equals: "7" }), 200, '{"id":"7"}', undefined],
    ["a number that it must be", step({ find: "id", equals: "7" }), 200, '{"id":7}', undefined],
    ["something else", step({ find: "id", equals: "7" }), 200, '{"id":"8"}', "GET /x is answered with another id"],
  ])("%s", (_, asked, status, body, missing) => {
    expect(judgeStep(asked, { status, body })).toBe(missing);
  });
});

test("an id has the time in front, then its version and its variant", () => {
  const id = uuid7(
    new Date("2026-11-21T12:00:00Z"),
    Uint8Array.from({ length: 10 }, () => 0xff),
  );
  expect(id).toBe(
    `${Date.parse("2026-11-21T12:00:00Z")
      .toString(16)
      .padStart(12, "0")
      .replace(/^(.{8})/, "$1-")}-7fff-bfff-ffffffffffff`,
  );
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
