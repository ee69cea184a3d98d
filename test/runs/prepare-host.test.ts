/** A host that lacks packages: they are a first part, shown and asked for, and everything else comes after it. */
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/model/diagnostic.ts";
import { readApplied } from "../../src/record/applied.ts";
import { listGenerations } from "../../src/record/generations.ts";
import type { InstallRun } from "../../src/runs/carry-out.ts";
import { install } from "../../src/runs/install.ts";
import { rollback } from "../../src/runs/rollback.ts";
import type { System } from "../../src/system/interfaces.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { smallSite } from "../apply/small-site.ts";
import { expectConverged } from "../apply/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { installRunOn, runOn } from "./support.ts";

const SITE = smallSite();
parseOnce(SITE);

const UPDATE = "apt-get update";
const INSTALL = "apt-get install --yes uidmap passt";
const DEBIAN = "ID=debian\n";

/** Lacks the programs of two packages until apt has installed those. */
function bare({ os = DEBIAN, brings = true, apt = 0, update = 0 } = {}): {
  host: MemoryHost;
  system: System;
  asked: string[];
} {
  const host = new MemoryHost();
  const asked: string[] = [];
  let there = false;
  host.system.files.put("/etc/os-release", os);
  const answer = (exitCode: number) => ({ exitCode, stderr: exitCode === 0 ? "" : "E: no route to host" });
  host.system.runner.on("apt-get", ({ argv }) => {
    const line = argv.join(" ");
    asked.push(line);
    if (line === UPDATE) return answer(update);
    there = brings && apt === 0;
    return answer(apt);
  });
  const findProgram: System["host"]["findProgram"] = (name) =>
    there || !["newuidmap", "newgidmap", "pasta"].includes(name) ? `/usr/bin/${name}` : undefined;
  return { host, asked, system: { ...host.system, host: { ...host.system.host, findProgram } } };
}

function runIn({ system }: { readonly system: System }, changes: Partial<InstallRun> = {}, meanwhile?: () => unknown) {
  return installRunOn(system, () => SITE, changes, meanwhile);
}

test("two parts, each shown and asked for; what was installed is recorded", async () => {
  const world = bare();
  const run = runIn(world);
  expect(await install(run)).toBe("done");
  expect(run.heard).toEqual([
    "lock: install-quadlets",
    "shown: a plan",
    "ask: Install these packages?",
    "shown: a plan",
    "ask: Apply this plan?",
    "note: checking that everything is as configured",
    "welcome",
    "unlock",
  ]);
  expect(world.asked).toEqual([UPDATE, INSTALL]);
  await expectConverged(world.host, SITE);
  expect((await readApplied(world.system.files)).packages).toEqual(["passt", "uidmap"]);
  const runs = await listGenerations(world.system.files);
  expect(runs.map(({ result, what }) => `${what} ${result}`)).toEqual(["install done", "install done"]);
  expect(world.host.text("/var/lib/install-quadlets/generations/0001/plan.json")).toContain("packages uidmap, passt");
});

test("a dry run shows the first part, and says that it is one", async () => {
  const world = bare();
  const run = runIn(world, { dryRun: true });
  expect(await install(run)).toBe("pending");
  expect({ heard: run.heard, asked: world.asked, changes: world.host.changes }).toEqual({
    heard: ["shown: a plan"],
    asked: [],
    changes: 0,
  });
});

describe("nothing is installed", () => {
  const HINT = "sudo apt-get install --yes uidmap passt";
  test.each<[string, object, Partial<InstallRun>, string, string]>([
    [
      "where that is not wanted",
      {},
      { packages: false, yes: true },
      "newuidmap, newgidmap, pasta, which are not",
      HINT,
    ],
    [
      "on a distribution that nobody knows",
      { os: "ID=other\n" },
      { yes: true },
      "which are not",
      "packages of your distribution",
    ],
  ])("%s", async (_, options, changes, message, hint) => {
    const world = bare(options);
    const error = await install(runIn(world, changes)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining(message), hint: expect.stringContaining(hint) });
    expect({ asked: world.asked, changes: world.host.changes }).toEqual({ asked: [], changes: 0 });
  });

  test("by who says no", async () => {
    const world = bare();
    const refuse = () => {
      throw new UserError("nothing was changed");
    };
    await expect(install(runIn(world, {}, refuse))).rejects.toThrow("nothing was changed");
    expect({ asked: world.asked, changes: world.host.changes }).toEqual({ asked: [], changes: 0 });
  });

  test("where the host changed while the plan was read", async () => {
    const world = bare();
    const meanwhile = () => world.system.files.write("/etc/os-release", "ID=fedora\n", { mode: 0o644, uid: 0, gid: 0 });
    await expect(install(runIn(world, {}, meanwhile))).rejects.toThrow("the host changed while the plan was read");
    expect(world.asked).toEqual([]);
  });
});

test("a repository that does not answer keeps nobody from what is there", async () => {
  const world = bare({ update: 100 });
  expect(await install(runIn(world, { yes: true }))).toBe("done");
});

test("a package manager that fails shows itself, and the way it went; nothing else was begun", async () => {
  const world = bare({ apt: 100, update: 100 });
  const error = await install(runIn(world, { yes: true })).catch((reason: unknown) => reason);
  expect((error as UserError).message).toMatch(/exit code 100: .*apt-get install --yes uidmap passt\n\s+E: no route/);
  expect((error as UserError).message).toContain(
    "the lists of packages could not be fetched anew, either: exit code 100",
  );
  expect((await listGenerations(world.system.files)).map(({ result }) => result)).toEqual(["taken back"]);
  expect((await readApplied(world.system.files)).packages).toEqual([]);
});

test("packages that do not bring what is missing are no success", async () => {
  const world = bare({ brings: false });
  await expect(install(runIn(world, { yes: true }))).rejects.toThrow(
    "the packages were installed, and still: rootless podman needs newuidmap, newgidmap, pasta",
  );
});

test("they stay when the runs are taken back, and that is said", async () => {
  const world = bare();
  await install(runIn(world, { yes: true }));
  const back = runOn(world.system);
  await rollback(back, "0", true);
  expect(back.heard).toContain("print: packages stay: passt, uidmap");
  expect(world.asked).toEqual([UPDATE, INSTALL]);
});
