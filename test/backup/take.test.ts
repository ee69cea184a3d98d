/** A backup on real trees: what is in it, and that a failure at any step leaves every unit as it was, and no archive. */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readArchive, textOf, verifyArchive } from "../../src/backup/archive.ts";
import { finishCut } from "../../src/backup/cut.ts";
import { takeBackup } from "../../src/backup/take.ts";
import type { IndexedBackup } from "../../src/model/backup.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { DataHost, FOLDER } from "./support.ts";

useSmallKeys();

let host: DataHost;
beforeEach(() => {
  host = new DataHost();
});
afterEach(() => host.remove());

const take = () =>
  takeBackup(host.scene, host.service, host.service.backup as IndexedBackup, { folder: FOLDER, encryptTo: [] });
const archives = () => readdirSync(host.real(FOLDER));
const UNITS = ["store-pod.service", "store-sql.service", "store-shelf.service", "store-api.service"];

test("one file that says all about itself, and that tar opens", async () => {
  const { path, manifest, size } = await take();
  expect(path).toBe(`${FOLDER}/store-2026-11-27T120000Z.backup.tar`);
  expect(archives()).toEqual(["store-2026-11-27T120000Z.backup.tar"]);
  expect(manifest).toMatchObject({
    service: "store",
    from: "store",
    tool: "0.0.0",
    host: "gpu",
    taken: "2026-11-27T12:00:00.000Z",
    encryptedTo: [],
    counts: [{ name: "rows", count: 3 }],
    images: [
      { unit: "store-sql", image: "docker.io/lab/sql:1" },
      { unit: "store-shelf", image: "docker.io/lab/shelf:1" },
      { unit: "store-api", image: "docker.io/lab/api:1" },
    ],
  });
  expect(manifest.parts.map(({ name, kind, directory }) => [name, kind, directory])).toEqual([
    ["secrets", "secrets", ""],
    ["notes", "directory", "notes"],
    ["db", "dump", "db"],
    ["files", "directory", "files"],
  ]);
  const file = host.bulk.open(path);
  if (file === undefined) return expect.unreachable();
  expect(file.size).toBe(size);
  const archive = readArchive(file, path);
  await verifyArchive(archive, () => undefined);
  expect(textOf(file, archive.spans.get("parts/db.dump"))).toBe("one\ntwo\nthree\n");
  // With what is made of them, and no other.
  expect(JSON.parse(textOf(file, archive.spans.get("secrets.json")))).toEqual({
    "store-key": "k1",
    "store-url": "store://k1/",
  });
  file.close();
  const { stdout } = spawnSync("tar", ["--list", "--verbose", "--file", host.real(path)], { encoding: "utf8" });
  expect(stdout.split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
    expect.stringMatching(/^-rw------- .* about\.json$/),
    expect.stringMatching(/ secrets\.json$/),
    expect.stringMatching(/ parts\/notes\.tar$/),
    expect.stringMatching(/ 14 2026-11-27 .* parts\/db\.dump$/),
    expect.stringMatching(/ parts\/files\.tar$/),
    expect.stringMatching(/ manifest\.json$/),
    "",
  ]);
});

test("the writer stops first, the dump is taken, then who holds the files, and all run again", async () => {
  const before = host.tree();
  await take();
  const steps = host.log.filter((line) => !line.includes("/install-quadlets/"));
  expect(steps).toEqual([
    "stop store-api.service",
    expect.stringMatching(/^podman unshare tar --create/),
    "podman exec store-sql dump-it",
    "stop store-shelf.service",
    expect.stringMatching(/^podman unshare tar --create/),
    `start ${UNITS.join(" ")}`,
  ]);
  expect([...host.running].sort()).toEqual([...UNITS].sort());
  expect(host.tree()).toBe(before);
});

test("what was stopped stays stopped", async () => {
  host.running.delete("store-api.service");
  await take();
  expect([...host.running].sort()).toEqual(UNITS.slice(0, 3).sort());
});

test("a dump needs its program", async () => {
  host.running.delete("store-sql.service");
  await expect(take()).rejects.toMatchObject({
    message: "db is dumped by store-sql, which does not run",
    hint: "sudo svc start store-sql",
  });
  expect(host.log).toEqual([]);
});

test("a count that nobody knows is no failure", async () => {
  host.rows = Number.NaN;
  expect((await take()).manifest.counts).toEqual([{ name: "rows", count: null }]);
  expect(host.heard).toContain("complain: store: rows could not be counted");
});

test("a unit that does not come up again: the file is there, and it is said", async () => {
  host.broken.add("store-api.service");
  await expect(take()).rejects.toThrow(/^\/var\/lib\/.*backup\.tar was made, but exit code 1: /);
  expect(archives()).toHaveLength(1);
});

test.each<[string, () => void, object]>([
  [
    "no room",
    () => void Object.assign(host, { free: 1000 }),
    { message: expect.stringContaining("has room for 1.0 kB, and 64 MB are needed") },
  ],
  [
    "a directory that is gone",
    () => rmSync(host.real("/var/lib/store/files"), { recursive: true }),
    { message: "/var/lib/store/files is not there: store has no data to take" },
  ],
])("%s: refused before anything stops", async (_, spoil, error) => {
  spoil();
  await expect(take()).rejects.toMatchObject(error);
  expect(host.log).toEqual([]);
  expect(archives()).toEqual([]);
});

describe("at every step", () => {
  /** As many changes as one that is well makes. */
  async function steps(): Promise<number> {
    const other = new DataHost();
    await takeBackup(other.scene, other.service, other.service.backup as IndexedBackup, {
      folder: FOLDER,
      encryptTo: [],
    });
    other.remove();
    return other.changes;
  }

  test("a failure leaves all units as they were, and no archive", async () => {
    const count = await steps();
    expect(count).toBeGreaterThan(8);
    const results: string[] = [];
    for (let at = 0; at < count; at++) {
      host.remove();
      host = new DataHost();
      const before = host.tree();
      host.faultAt = at;
      const failed = await take().then(
        () => false,
        () => true,
      );
      const step = host.log[at] ?? "";
      const isLate = step.startsWith("start ") || step.startsWith("remove ");
      results.push(`${failed} ${step}`);
      expect([step, failed]).toEqual([step, true]);
      // All had been taken: the file is whole, and what failed is said.
      expect([step, archives().length]).toEqual([step, isLate ? 1 : 0]);
      if (!step.startsWith("start ")) expect([step, [...host.running].sort()]).toEqual([step, [...UNITS].sort()]);
      expect(host.tree()).toBe(before);
    }
    expect(results.filter((line) => line.includes("start "))).toHaveLength(1);
  });

  test("after a kill the next one starts what ran before, and nothing of the file is left", async () => {
    const count = await steps();
    for (let at = 0; at < count; at++) {
      host.remove();
      host = new DataHost();
      host.fault = "kill";
      host.faultAt = at;
      await expect(take()).rejects.toThrow("killed before");
      host.revive();
      await finishCut(host.scene);
      expect([host.log[at], [...host.running].sort()]).toEqual([host.log[at], [...UNITS].sort()]);
      expect(archives().filter((name) => name.startsWith("."))).toEqual([]);
      await finishCut(host.scene);
    }
  });

  test("Ctrl-C, too", async () => {
    const scene = host.scene;
    const stopAfter = {
      ...scene,
      refuseStopped: () => {
        if (host.log.some((line) => line.startsWith("stop store-shelf"))) host.stopped = true;
        scene.refuseStopped();
      },
    };
    const data = host.service.backup as IndexedBackup;
    await expect(takeBackup(stopAfter, host.service, data, { folder: FOLDER, encryptTo: [] })).rejects.toThrow(
      "stopped, as asked",
    );
    expect([...host.running].sort()).toEqual([...UNITS].sort());
    expect(archives()).toEqual([]);
  });
});
