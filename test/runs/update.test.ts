/** Newer images under the same names: what is pulled, shown and asked; a no, a failure and a wrong name leave nothing behind. */
import { beforeEach, expect, test } from "vitest";
import type { Sources } from "../../src/config/load.ts";
import { Stopped } from "../../src/model/diagnostic.ts";
import { update } from "../../src/runs/update.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { expectConverged, install } from "../apply/support.ts";
import { ownSources } from "../render/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { type Heard, installRunOn } from "./support.ts";

const STORE = `
description: a store
account: { user: store-user, home: /var/lib/store }
directories: [{ path: db }]
pod: {}
containers:
  sql: { image: "docker.io/lab/sql:1", mounts: [{ source: db, target: /db }] }
  api: { image: "docker.io/lab/api:1", after: { sql: started } }
backup:
  parts: { db: { directory: db } }
  counts: { rows: { container: sql, command: [count-rows] } }
`;
const OTHER = `
description: another one
account: { user: other-user, home: /var/lib/other }
containers:
  other: { image: "docker.io/lab/other:1" }
`;
const SQL = "docker.io/lab/sql:1";
const SITE = (): Sources => ownSources({ store: STORE, other: OTHER });
const STORAGE = "/var/lib/store/.local/share/containers/storage";

parseOnce(SITE());

let host: MemoryHost;
let rows = 12;

beforeEach(async () => {
  host = new MemoryHost();
  rows = 12;
  host.rows.set("store-sql", () => rows);
  host.started = (unit) => {
    const name = unit.replace(".service", "");
    if (name === "store-sql") rows = idOf(SQL) === "worse" ? 0 : 12;
    // What podman says of containers, which it makes of what has the name.
    const known = JSON.parse(host.text(`${STORAGE}/overlay-containers/containers.json`) || "[]") as {
      readonly names: readonly string[];
    }[];
    const image = idOf(`docker.io/lab/${name.replace("store-", "")}:1`);
    const others = known.filter(({ names }) => !names.includes(name));
    host.system.files.put(
      `${STORAGE}/overlay-containers/containers.json`,
      JSON.stringify([...others, { names: [name], image }]),
    );
  };
  await install(host, SITE());
});

function idOf(reference: string): string | undefined {
  const images = JSON.parse(host.text(`${STORAGE}/overlay-images/images.json`) || "[]") as {
    readonly id: string;
    readonly names: readonly string[];
  }[];
  return images.find(({ names }) => names.includes(reference))?.id;
}

function runOn(meanwhile?: (text: string) => unknown): ReturnType<typeof installRunOn> {
  return installRunOn(host.system, SITE, { tokens: false }, meanwhile);
}

const printed = ({ heard }: Heard): readonly string[] => heard.filter((line) => line.startsWith("print: "));

test("nothing newer: said, and nothing else happens", async () => {
  const before = host.running();
  const run = runOn();
  expect(await update(run, ["store"])).toBe("done");
  expect(printed(run)).toEqual(["print: nothing to do: all 2 images are what the registry has under that name"]);
  expect(run.heard.filter((line) => line.startsWith("ask"))).toEqual([]);
  expect(host.running()).toEqual(before);
  await expectConverged(host, SITE());
});

test("one is newer: shown, asked, its data copied and counted, and only its service is touched", async () => {
  host.registry.set(SQL, "better");
  const other = host.running().filter(({ unit }) => unit.startsWith("other"));
  const run = runOn();
  expect(await update(run, ["store"])).toBe("done");
  expect(printed(run)[0]).toBe(`print: ${SQL}: sha256:docker.io/la of 2026-11-20 -> sha256:better000000 of 2026-11-20`);
  expect(run.heard).toContain("ask: Apply this plan?");
  expect(run.heard).toContain("note:   store: rows: 12 before, 12 now");
  expect(idOf(SQL)).toBe("better");
  expect(host.running().filter(({ unit }) => unit.startsWith("other"))).toEqual(other);
  await expectConverged(host, SITE());
});

test("while a person reads the name stands for what it stood for; a boot finds it moved where there is a copy only", async () => {
  const asked: unknown[] = [];
  let alone = 0;
  let moved = 0;
  for (let step = 1, killed = true; killed; step++) {
    host = new MemoryHost();
    host.rows.set("store-sql", () => rows);
    await install(host, SITE());
    host.registry.set(SQL, "better");
    const before = idOf(SQL);
    host.failAt = host.changes + step;
    const run = runOn((text) => text === "Apply this plan?" && asked.push(idOf(SQL) === before));
    await update(run, ["store"]).catch(() => undefined);
    killed = host.killed;
    await host.revive();
    const isCopied = [...host.system.files.nodes.keys()].some((path) => /\.db\.before-run-\d+$/.test(path));
    if (!killed || idOf(SQL) !== "better") continue;
    // At its end the copies go, and what lists them goes last.
    if (isCopied) moved += 1;
    else if (JSON.parse(host.text(`/var/lib/install-quadlets/snapshots.json`) || "{}").snapshots === undefined)
      alone += 1;
  }
  expect(asked).not.toContain(false);
  expect(moved).toBeGreaterThan(5);
  // Between the end of the pull and the command behind it, which gives the name back.
  expect(alone).toBe(1);
});

test("a no: the name stands for what it stood for", async () => {
  host.registry.set(SQL, "better");
  const before = idOf(SQL);
  const run = runOn((text) => {
    if (text === "Apply this plan?") throw new Stopped("nothing was changed");
  });
  await expect(update(run, ["store"])).rejects.toThrow("nothing was changed");
  expect(idOf(SQL)).toBe(before);
  await expectConverged(host, SITE());
});

test("one that loses the rows: image, name and record are those of before", async () => {
  host.registry.set(SQL, "worse");
  const before = idOf(SQL);
  await expect(update(runOn(), ["store-sql"])).rejects.toThrow("store: rows: 12 before, 0 now");
  expect(idOf(SQL)).toBe(before);
  expect(rows).toBe(12);
  await expectConverged(host, SITE());
});

test("one that cannot be pulled: those before it keep their names", async () => {
  host.registry.set(SQL, "better").set("docker.io/lab/api:1", "");
  const before = idOf(SQL);
  await expect(update(runOn(), [])).rejects.toThrow("manifest unknown");
  expect(idOf(SQL)).toBe(before);
  await expectConverged(host, SITE());
});

test("where something else is due, nothing is pulled", async () => {
  host.registry.set(SQL, "better");
  host.system.files.put("/etc/containers/systemd/users/800/store-sql.container", "edited");
  await expect(update(runOn(), ["store"])).rejects.toThrow(
    "the host is not as configured; images are updated on their own",
  );
  expect(idOf(SQL)).not.toBe("better");
});

test("a name that is none, with the nearest", async () => {
  await expect(update(runOn(), ["stor"])).rejects.toThrow("no service or unit is called stor");
});
