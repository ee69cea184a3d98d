/** The site's own programs around a run: who may have written them, what they are told, and what their failure means. */

import { expect, test } from "vitest";
import { stepsOf } from "../../src/model/plan.ts";
import { listGenerations } from "../../src/record/generations.ts";
import type { MemoryNode } from "../support/memory-files.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { pictureOf } from "./picture.ts";
import { smallSite } from "./small-site.ts";
import { expectConverged, install } from "./support.ts";

parseOnce(smallSite());

const HOOKS = "/etc/install-quadlets/hooks";
const HOOK = { kind: "file", content: "#!/bin/sh\n", uid: 0, gid: 0, mode: 0o755 } as const;

function hostWith(hooks: Readonly<Record<string, MemoryNode>>): MemoryHost {
  const host = new MemoryHost();
  for (const [name, node] of Object.entries(hooks)) host.system.files.put(`${HOOKS}/${name}`, node);
  return host;
}

function callsOf(host: MemoryHost): readonly { readonly argv: readonly string[]; readonly stdin?: string }[] {
  return host.system.runner.commands.filter(({ argv }) => argv[0].startsWith(HOOKS));
}

test.each<readonly [string, Partial<typeof HOOK> | MemoryNode]>([
  ["belongs to somebody else", { uid: 1000 as 0 }],
  ["can be written by its group", { mode: 0o775 as 0o755 }],
  ["can be written by everybody", { mode: 0o757 as 0o755 }],
  ["is not executable", { mode: 0o644 as 0o755 }],
  ["is a directory", { kind: "directory", uid: 0, gid: 0, mode: 0o755 }],
  ["is a symlink", { kind: "symlink", target: "/bin/true" }],
])("one that %s is refused before anything is touched", async (_, node) => {
  const host = hostWith({ "pre-apply": { ...HOOK, ...node } as MemoryNode });
  const before = pictureOf(host);
  await expect(install(host, smallSite())).rejects.toThrow("a hook must be an executable file that belongs to root");
  expect(callsOf(host)).toEqual([]);
  expect(pictureOf(host)).toEqual(before);
});

test("both are told the plan; the first before anything changes, the second when all is well", async () => {
  const host = hostWith({ "pre-apply": HOOK, "post-apply": HOOK });
  let made: boolean[] = [];
  host.hook = () => {
    made = [...made, host.text("/etc/passwd").includes("front-user")];
    return {};
  };
  const { plan } = await install(host, smallSite());
  expect(made).toEqual([false, true]);
  const calls = callsOf(host);
  expect(calls.map(({ argv }) => argv)).toEqual([[`${HOOKS}/pre-apply`], [`${HOOKS}/post-apply`]]);
  for (const { stdin } of calls) {
    const told = JSON.parse(stdin ?? "") as { readonly version: number; readonly changes: readonly unknown[] };
    expect(told.version).toBe(1);
    expect(told.changes).toHaveLength(stepsOf(plan).length);
  }
});

test("the first one's failure stops the run", async () => {
  const host = hostWith({ "pre-apply": HOOK });
  const before = pictureOf(host);
  host.hook = () => ({ exitCode: 3, stderr: "not on a Friday" });
  await expect(install(host, smallSite())).rejects.toThrow("not on a Friday");
  expect(pictureOf(host)).toEqual(before);
});

test("the second one's failure is said, and what was applied stays", async () => {
  const host = hostWith({ "post-apply": HOOK });
  host.hook = () => ({ exitCode: 1, stderr: "nobody to tell" });
  await expect(install(host, smallSite(), undefined, [], false)).rejects.toThrow("nobody to tell");
  expect((await listGenerations(host.system.files)).map(({ result }) => result)).toEqual(["done"]);
  await expectConverged(host, smallSite());
});
