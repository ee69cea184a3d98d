/** A rotation begins and ends when somebody says so; a renewal touches the leaf and who serves it, and nothing else. */
import { describe, expect, test } from "vitest";
import type { Rotation } from "../../src/plan/authority-step.ts";
import { makePlan } from "../../src/plan/make-plan.ts";
import { leafChanges, planRenewal } from "../../src/plan/renewal.ts";
import { change, planLines, settledWorld, type World } from "./support.ts";

const NEXT = { pem: "NEXT\n", notAfter: new Date("2036-06-01T00:00:00Z"), fingerprint: "EE:FF", permits: [] };

function rotate(rotation: Rotation, ...changes: readonly (readonly unknown[])[]): readonly string[] {
  const world = settledWorld();
  for (const words of changes) change(world, words);
  return planLines(makePlan(world.desired, world.host, world.state, { authority: rotation }));
}

describe("a rotation", () => {
  test("begins with a next authority that signs nothing: nobody serves another leaf", () => {
    expect(rotate("begin")).toEqual([
      "certificates + next authority for *.lab.internal and lab.internal: clients are to trust it before it signs anything",
      "files ~ file /var/lib/web/trust.txt: content differs",
    ]);
  });

  test("ends with a leaf of the next one", () => {
    expect(rotate("finish", ["state", "certificate", "next", NEXT])).toEqual([
      "certificates ~ next authority takes over: certificate for *.lab.internal and lab.internal: the rotation is finished",
      "files ~ file /var/lib/web/trust.txt: content differs",
      "start > reload web: its certificate changes",
    ]);
  });

  test("does not begin twice, and does not end before it began", () => {
    expect(() => rotate("begin", ["state", "certificate", "next", NEXT])).toThrow(
      "the next authority is there already",
    );
    expect(() => rotate("finish")).toThrow("there is no next authority to take over");
  });

  test("is nothing for a site that brings its own certificate", () => {
    const own = { certificate: "/etc/own.crt", key: "/etc/own.key" };
    expect(() => rotate("begin", ["desired", "certificate", "own", own])).toThrow("brings its own certificate");
  });
});

describe("a renewal", () => {
  function renewal(...edits: readonly (readonly unknown[])[]): readonly string[] {
    const world: World = settledWorld();
    for (const words of edits) change(world, words);
    const changes = leafChanges(world.desired, world.state, world.host.now);
    return planLines(planRenewal(world.desired, world.state, changes));
  }
  const DUE = ["state", "certificate", "leaf", "notAfter", "2026-12-01T00:00:00Z"];

  test("is nothing while the leaf is good, whatever else has changed", () => {
    expect(
      renewal(
        ["desired", "units", "web.service", "fingerprint", "another"],
        ["state", "units", "db-user", "db-sql.service", "active", "failed"],
        ["state", "paths", "/var/lib/web/site.conf", "content", "edited\n"],
      ),
    ).toEqual([]);
  });

  test("makes the leaf and reloads who serves it, with the configuration that was applied", () => {
    expect(renewal(DUE, ["desired", "units", "web.service", "fingerprint", "another"])).toEqual([
      "certificates ~ certificate for *.lab.internal and lab.internal: 9 days left",
      "start > reload web: its certificate changes",
    ]);
  });

  test("restarts who cannot reload, and leaves alone who is stopped", () => {
    expect(renewal(DUE, ["desired", "units", "web.service", "reload", null]).at(-1)).toBe(
      "start > restart web: its certificate changes",
    );
    expect(renewal(DUE, ["state", "units", "web-user", "web.service", "active", "inactive"])).toHaveLength(1);
  });

  test("goes on where one was cut off between the leaf and the reload", () => {
    expect(renewal(["state", "certificate", "leaf", "fingerprint", "leaf-2"])).toEqual([
      "start > reload web: its certificate changed",
    ]);
  });

  test("makes no authority: clients would not trust it", () => {
    expect(() => renewal(["state", "certificate", "authority", null])).toThrow(
      "the certificate cannot be renewed: THE AUTHORITY IS LOST",
    );
  });
});
