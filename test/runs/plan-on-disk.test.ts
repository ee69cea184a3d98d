/** A plan that is kept in a file, and the run that carries out exactly that one: or nothing, with what differs. */
import { describe, expect, test } from "vitest";
import { planFileSchema } from "../../src/config/schema/plan.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import type { AbsolutePath } from "../../src/model/names.ts";
import { listGenerations } from "../../src/record/generations.ts";
import { install } from "../../src/runs/install.ts";
import { readPlan, refuseForeign } from "../../src/runs/plan-on-disk.ts";
import type { System } from "../../src/system/interfaces.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { smallSite } from "../apply/small-site.ts";
import { expectConverged, install as settle } from "../apply/support.ts";
import type { MemoryNode } from "../support/memory-files.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { installRunOn } from "./support.ts";

const SITE = smallSite();
const CHANGED = smallSite((text) => text.replace("4096", "8192"));
for (const sources of [SITE, CHANGED]) parseOnce(sources);

const FILE = "/root/site.plan" as AbsolutePath;
const FRONT = "/var/lib/front/config/front.conf";
const AGAIN = `sudo install-quadlets plan --out ${FILE}`;

async function keep(system: System, sources = SITE): Promise<readonly string[]> {
  const run = installRunOn(system, () => sources, { dryRun: true, keep: { path: FILE, config: undefined } });
  await install(run);
  return run.heard;
}

async function applyExactly(system: System, sources = SITE) {
  const exactly = { path: FILE, file: await readPlan(system, FILE) };
  const run = installRunOn(system, () => sources, { exactly });
  const outcome = await install(run).catch((error: unknown) => error);
  return { heard: run.heard, outcome };
}

/** A host with a home for the plan. */
function fresh(): MemoryHost {
  const host = new MemoryHost();
  host.system.files.put("/root/other", "");
  return host;
}

async function drifted(): Promise<MemoryHost> {
  const host = fresh();
  await settle(host, SITE);
  host.system.files.put(FRONT, "edited");
  return host;
}

const fileOf = (host: MemoryHost) => JSON.parse(host.text(FILE)) as Record<string, unknown>;

test("kept, and carried out without a question, also when some time has passed", async () => {
  const host = fresh();
  const heard = await keep(host.system);
  expect(heard).toEqual([
    "shown: a plan",
    `print: written to ${FILE}`,
    `print: next: sudo install-quadlets apply ${FILE} carries out that plan and no other`,
  ]);
  expect(host.system.files.nodes.get(FILE)).toMatchObject({ kind: "file", uid: 0, gid: 0, mode: 0o600 });
  expect(planFileSchema.parse(fileOf(host))).toEqual(fileOf(host));
  expect(fileOf(host)).toMatchObject({ format: "install-quadlets plan", version: 1, host: "gpu", tool: "0.0.0" });
  expect(fileOf(host)).toMatchObject({ config: null, made: expect.stringMatching(/^2026-/) });
  await host.system.clock.sleep(3_600_000);
  const { heard: then, outcome } = await applyExactly(host.system);
  expect(outcome).toBe("done");
  expect(then.filter((line) => line.startsWith("ask:"))).toEqual([]);
  await expectConverged(host, SITE);
});

test("the file holds no contents of files, and is no secret's place", async () => {
  const host = await drifted();
  await keep(host.system, CHANGED);
  expect(host.text(FILE)).not.toContain("8192");
  expect(host.text(FILE)).not.toContain("edited");
});

describe("another plan is due by now: what differs, and nothing is done", () => {
  test.each<[string, (host: MemoryHost) => unknown, typeof SITE, RegExp]>([
    ["it is done already", (host) => settle(host, SITE), SITE, /no longer: ~ file .*front\.conf/],
    ["another configuration", () => undefined, CHANGED, /new: ~ file .*user@800/],
    ["another edit of the same file", (host) => host.system.files.put(FRONT, "else"), SITE, /way back: ~ file .*front/],
  ])("%s", async (_, meanwhile, sources, says) => {
    const host = await drifted();
    await keep(host.system);
    await meanwhile(host);
    const before = host.changes;
    const { outcome, heard } = await applyExactly(host.system, sources);
    expect(outcome).toBeInstanceOf(UserError);
    const { message, hint } = outcome as UserError;
    expect(message).toMatch(says);
    expect(message.split("\n")[0]).toBe(`what there is to do is not what ${FILE} says; nothing was done`);
    expect({ hint, changes: host.changes, heard }).toEqual({
      hint: AGAIN,
      changes: before,
      heard: ["lock: install-quadlets", "unlock"],
    });
  });

  test("many differences are counted, another version of the program is named", async () => {
    const host = fresh();
    await keep(host.system);
    host.system.files.put(FILE, { ...root(0o600), content: host.text(FILE).replace('"tool": "0.0.0"', '"tool": "9"') });
    await settle(host, SITE);
    const { outcome } = await applyExactly(host.system);
    const lines = (outcome as UserError).message.split("\n");
    expect(lines[0]).toContain("it was made by version 9, and this is 0.0.0");
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toMatch(/^ {2}\d+ more$/);
  });
});

const root = (mode: number) => ({ kind: "file" as const, uid: 0, gid: 0, mode });

describe("what is no plan for this host is a sentence", () => {
  const text = async (change: (plan: Record<string, unknown>) => object | string): Promise<string> => {
    const host = await drifted();
    await keep(host.system);
    const changed = change(fileOf(host));
    return typeof changed === "string" ? changed : JSON.stringify(changed);
  };
  const file = async (change: Parameters<typeof text>[0], mode = 0o600, uid = 0): Promise<MemoryNode> => ({
    ...root(mode),
    uid,
    content: await text(change),
  });

  test.each<[string, () => MemoryNode | undefined | Promise<MemoryNode>, string]>([
    ["not there", () => undefined, "no such file"],
    ["a link", () => ({ kind: "symlink", target: "/root/other" }), "is a symlink"],
    ["a directory", () => ({ kind: "directory", uid: 0, gid: 0, mode: 0o700 }), "is a directory"],
    ["a device", () => ({ kind: "other" }), "is no regular file"],
    ["empty", () => file(() => ""), "is no plan, or a damaged one"],
    ["cut short", () => file((plan) => JSON.stringify(plan).slice(0, 200)), "is no plan, or a damaged one"],
    ["other JSON", () => file(() => [1]), "is no plan, or a damaged one"],
    ["the plan of --json", () => file(({ plan }) => plan as object), "is no plan, or a damaged one"],
    ["of a later version", () => file((plan) => ({ ...plan, version: 2 })), "is a plan in version 2 of its form"],
    ["of no version", () => file((plan) => ({ ...plan, version: {} })), "is a plan in version ? of its form"],
    ["without its steps", () => file((plan) => ({ ...plan, digests: [] })), "is damaged"],
    ["with something else as a step", () => file((plan) => ({ ...plan, plan: { changes: [null] } })), "is damaged"],
    [
      "of another host",
      () => file((plan) => ({ ...plan, host: "gpu2" })),
      "is a plan for the host gpu2, and this is gpu",
    ],
    ["of somebody else", () => file((plan) => plan, 0o600, 1000), "is not root's alone to write"],
    ["open to others", () => file((plan) => plan, 0o620), "is not root's alone to write"],
  ])("%s", async (_, make, says) => {
    const host = fresh();
    const node = await make();
    if (node !== undefined) host.system.files.put(FILE, node);
    const error = await readPlan(host.system, FILE).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(`${FILE}: ${says}`);
    expect((error as UserError).message).toContain("nothing was done");
    expect((error as UserError).hint).toBe(AGAIN);
  });
});

test("an earlier plan is written over, anything else is not", async () => {
  const host = await drifted();
  await keep(host.system);
  await keep(host.system);
  expect(fileOf(host)).toMatchObject({ version: 1 });
  for (const node of [
    { kind: "symlink", target: "/root/other" },
    { kind: "directory", uid: 0, gid: 0, mode: 0o700 },
    "my notes",
  ] as const) {
    host.system.files.put(FILE, node);
    const before = host.system.files.nodes.get(FILE);
    await expect(keep(host.system)).rejects.toThrow(`${FILE}: is there already, is no plan, and was not touched`);
    await expect(refuseForeign(host.system, FILE)).rejects.toThrow("is no plan");
    expect(host.system.files.nodes.get(FILE)).toBe(before);
  }
});

test("a plan of packages is a plan of its own: the rest is not in it", async () => {
  const host = fresh();
  let there = false;
  host.system.files.put("/etc/os-release", "ID=debian\n");
  host.system.runner.on("apt-get", ({ argv }) => {
    there ||= argv.includes("install");
    return {};
  });
  const findProgram: System["host"]["findProgram"] = (name) =>
    there || name !== "pasta" ? `/usr/bin/${name}` : undefined;
  const system = { ...host.system, host: { ...host.system.host, findProgram } };
  await keep(system);
  const { heard, outcome } = await applyExactly(system);
  expect(outcome).toBe("pending");
  expect(heard).toEqual([
    "lock: install-quadlets",
    "shown: a plan",
    `print: the packages are installed; the rest can be planned now: ${AGAIN}`,
    "unlock",
  ]);
  expect((await listGenerations(system.files)).map(({ result }) => result)).toEqual(["done"]);
  expect(((await applyExactly(system)).outcome as UserError).message).toContain("no longer: + package passt");
});
