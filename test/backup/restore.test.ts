/** A restore on real trees: byte for byte what was there, or all that was there before, and no other end. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { finishCut } from "../../src/backup/cut.ts";
import { takeBackup } from "../../src/backup/take.ts";
import type { IndexedBackup } from "../../src/model/backup.ts";
import { INDEX_PATH } from "../../src/model/index-file.ts";
import { install } from "../../src/runs/install.ts";
import { restore } from "../../src/runs/restore.ts";
import { installRunOn, runOn } from "../runs/support.ts";
import { everyStep } from "../support/every-step.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { DataHost, FOLDER } from "./support.ts";

useSmallKeys();

let host: DataHost;
beforeEach(() => {
  host = new DataHost();
});
afterEach(() => host.remove());

const FILE = `${FOLDER}/store-2026-11-27T120000Z.backup.tar`;
const UNITS = ["store-api.service", "store-pod.service", "store-shelf.service", "store-sql.service"];

const take = (on = host) =>
  takeBackup(on.scene, on.service, on.service.backup as IndexedBackup, { folder: FOLDER, encryptTo: [] });

function back(changes: { file?: string; identity?: string; yes?: boolean } = {}, meanwhile?: () => unknown) {
  const run = runOn(host.system, meanwhile);
  const done = restore({
    ...run,
    bulk: host.bulk,
    isStopped: () => host.stopped,
    file: changes.file ?? FILE,
    identity: changes.identity,
    yes: changes.yes ?? true,
  });
  return { done, heard: run.heard };
}

/** A tree of everything that a tree can hold. */
function furnish(on: DataHost): void {
  const files = on.real("/var/lib/store/files");
  on.write("files/.hidden", "h");
  on.write('files/with blanks/and "quotes"', "q");
  on.write("files/-starts-with", "-");
  mkdirSync(`${files}/empty`);
  chmodSync(`${files}/empty`, 0o1777);
  symlinkSync("/etc/passwd", `${files}/out`);
  symlinkSync("a", `${files}/in`);
  writeFileSync(`${files}/sparse`, "");
  truncateSync(`${files}/sparse`, 3_000_000);
  writeFileSync(`${files}/run`, "x", { mode: 0o4750 });
  on.write(`files/${"n".repeat(200)}`, "long");
}

/** Later on: everything is another one. */
function live(on: DataHost): void {
  on.write("db/table", "four\n");
  on.write("db/more", "log");
  on.write("files/a", "changed");
  on.write("files/new", "new");
  rmSync(on.real("/var/lib/store/files/deep"), { recursive: true });
  on.write("notes/n", "other");
  on.secrets.set("store-key", "k2");
  on.secrets.set("store-url", "store://k2/");
}

test("brings back every byte, owner, mode, time and link; cache and other secrets stay", async () => {
  furnish(host);
  const before = { files: host.tree("files"), notes: host.tree("notes"), db: host.text("db/table") };
  await take();
  live(host);
  host.write("cache/c", "newer");
  const { done, heard } = back({ yes: false });
  await done;
  expect({ files: host.tree("files"), notes: host.tree("notes"), db: host.text("db/table") }).toEqual(before);
  expect(host.text("cache/c")).toBe("newer");
  expect([...host.secrets]).toEqual([
    ["store-key", "k1"],
    ["store-url", "store://k1/"],
    ["store-other", "o1"],
  ]);
  expect([...host.running].sort()).toEqual(UNITS);
  // Nothing lies about.
  expect(host.tree()).not.toContain("before-restore");
  expect(readdirSync(host.real("/var/lib/install-quadlets"))).toEqual(["backups", "index.json"]);
  expect(heard).toEqual([
    "lock: install-quadlets restore",
    "print: store: the data of now are replaced by those of 2026-11-27T12:00:00 UTC",
    expect.stringMatching(/^print: {3}made on gpu by install-quadlets 0\.0\.0, /),
    expect.stringMatching(/^print: {3}parts: notes \(10 kB\), db \(14 bytes\), files \(/),
    "print:   secrets that get their value of then: store-key, store-url",
    "print:   units that stop meanwhile: 4",
    "print: to keep those of now as well: sudo install-quadlets backup store",
    "ask: Replace the data?",
    expect.stringContaining("note: store: stopping store-api.service, "),
    "note: store: starting store-sql.service",
    expect.stringContaining("note: store: starting store-pod.service, "),
    "note: store: rows: 3 in the backup, 3 now",
    "print: restored, and store runs again",
    "print: next: sudo svc status store looks closer",
    "unlock",
  ]);
});

test("a directory that somebody deleted is made again", async () => {
  const before = host.tree("files");
  await take();
  rmSync(host.real("/var/lib/store/files"), { recursive: true });
  await back().done;
  expect(host.tree("files")).toBe(before);
});

test("on another host, with other secrets and no data yet", async () => {
  furnish(host);
  await take();
  const before = host.tree("files");
  const archive = readFileSync(host.real(FILE));
  host.remove();
  host = new DataHost();
  for (const part of ["files", "notes", "db"]) {
    rmSync(host.real(`/var/lib/store/${part}`), { recursive: true });
    mkdirSync(host.real(`/var/lib/store/${part}`));
  }
  host.secrets.set("store-key", "fresh");
  writeFileSync(host.real(FILE), archive);
  await back().done;
  expect(host.tree("files")).toBe(before);
  expect(host.text("db/table")).toBe("one\ntwo\nthree\n");
  expect(host.secrets.get("store-key")).toBe("k1");
});

test("what was stopped stays stopped, also where a dump needed it for a while", async () => {
  await take();
  live(host);
  host.running.clear();
  const { done, heard } = back();
  await done;
  expect(host.text("db/table")).toBe("one\ntwo\nthree\n");
  expect([...host.running]).toEqual([]);
  expect(heard).toContain("print: next: sudo svc start store");
});

test("where podman does not say which secrets it has, none is written over, and nothing is touched", async () => {
  await take();
  live(host);
  const before = host.tree();
  host.storeIsIll = true;
  await expect(back().done).rejects.toThrow("podman secret ls");
  expect(host.tree()).toBe(before);
  expect([...host.running].sort()).toEqual(UNITS);
  expect(host.secrets.get("store-key")).toBe("k2");
});

describe("counts", () => {
  test("none at all where there were some: everything comes back", async () => {
    await take();
    live(host);
    const before = host.tree();
    host.rows = 0;
    await expect(back().done).rejects.toThrow(
      "store: rows: 3 in the backup, 0 now\nnothing was restored: the data that were there are back",
    );
    expect(host.tree()).toBe(before);
    expect([...host.running].sort()).toEqual(UNITS);
    expect(host.secrets.get("store-key")).toBe("k2");
  });

  test.each([
    [2, "complain: store: rows: 3 in the backup, 2 now"],
    [4, "note: store: rows: 3 in the backup, 4 now"],
    [Number.NaN, "note: store: rows: 3 in the backup, not counted now"],
  ])("%d of three", async (rows, text) => {
    await take();
    host.rows = rows;
    const { done, heard } = back();
    await done;
    expect(heard).toContain(text);
  });
});

describe("refused, and nothing touched:", () => {
  test.each<[string, () => unknown, string]>([
    ["no such file", () => ({ file: `${FOLDER}/none.tar` }), "none.tar: no such file"],
    ["a directory", () => ({ file: FOLDER }), "is not a regular file"],
    ["a file that is cut off", () => truncateSync(host.real(FILE), 5000), "is damaged: it is cut off after 5000 bytes"],
    ["another file", () => host.put(FILE, "hello ".repeat(1000)), "is no backup of install-quadlets"],
    [
      "another byte",
      () => {
        const bytes = readFileSync(host.real(FILE));
        const at = bytes.indexOf("three");
        bytes.write("3", at);
        writeFileSync(host.real(FILE), bytes);
      },
      "is damaged: db is not what was written",
    ],
    ["no room", () => void Object.assign(host, { free: 70_000_000 - 6_100_000 }), "/var/lib/store has room for 64 MB"],
    [
      "a service that is not there",
      () => host.put(INDEX_PATH, JSON.stringify({ ...host.index, services: [] })),
      "it is a backup of store, which is not installed here",
    ],
    [
      "a service that has another part now",
      () => {
        const [part, ...parts] = host.service.backup?.parts ?? [];
        const backup = { ...host.service.backup, parts: [{ ...part, name: "papers" }, ...parts] };
        host.put(INDEX_PATH, JSON.stringify({ ...host.index, services: [{ ...host.service, backup, from: "shop" }] }));
      },
      "it does not fit store as it is now: it has no part papers; files is no part of the data now; it was made of store, and store is shop",
    ],
    [
      "data that were put aside once",
      () => host.write(".db.before-restore/table", "old"),
      "/var/lib/store/.db.before-restore is there, which an earlier restore put aside",
    ],
    [
      "no user manager",
      () => rmSync(host.real(`/run/user/${host.service.uid}`), { recursive: true }),
      "the user manager of store-user does not run",
    ],
  ])("%s", async (_, spoil, message) => {
    await take();
    live(host);
    const changes = (spoil() ?? {}) as Parameters<typeof back>[0];
    const before = host.tree();
    host.log.length = 0;
    await expect(back(changes).done).rejects.toThrow(message);
    expect(host.log).toEqual([]);
    expect(host.tree()).toBe(before);
    expect([...host.running].sort()).toEqual(UNITS);
  });

  test("somebody who says no", async () => {
    await take();
    live(host);
    const before = host.tree();
    host.log.length = 0;
    const { done } = back({ yes: false }, () => {
      throw new Error("no");
    });
    await expect(done).rejects.toThrow("no");
    expect(host.log).toEqual([]);
    expect(host.tree()).toBe(before);
  });
});

describe("at every step", () => {
  let archive: Buffer | undefined;
  /** Every host is alike: one file serves all of them. */
  async function prepared(): Promise<void> {
    host.remove();
    host = new DataHost();
    if (archive === undefined) {
      await take();
      archive = readFileSync(host.real(FILE));
    }
    writeFileSync(host.real(FILE), archive);
    live(host);
    host.changes = 0;
    host.log.length = 0;
  }

  async function steps(): Promise<number> {
    await prepared();
    await back().done;
    return host.changes;
  }

  test("a failure: the data of then, or those of now, and all units as they were", async () => {
    const count = await steps();
    expect(count).toBeGreaterThan(15);
    for (const nth of everyStep()) {
      const at = nth - 1;
      if (at >= count) break;
      await prepared();
      const before = host.tree();
      host.faultAt = at;
      const { done, heard } = back();
      const failure = await done.then(
        () => "none",
        (error: Error) => error.message,
      );
      const step = host.log[at] ?? "";
      if (failure === "none") {
        expect(heard.join()).toContain("what was there before is not removed yet");
        // It was well, and only the clearing up failed: the next one goes on with that.
        host.revive();
        await finishCut(host.scene);
        expect([step, host.text("db/table"), host.text("files/a")]).toEqual([step, "one\ntwo\nthree\n", "A"]);
        expect(host.secrets.get("store-key")).toBe("k1");
      } else {
        expect([step, failure]).toEqual([step, expect.stringContaining("refused")]);
        expect([step, host.tree()]).toEqual([step, before]);
        expect([step, host.secrets.get("store-key")]).toEqual([step, "k2"]);
      }
      expect([step, [...host.running].sort()]).toEqual([step, UNITS]);
      expect(host.tree()).not.toContain("before-restore");
    }
  });

  test("Ctrl-C: all that was there, and all units as they were, or it was well already", async () => {
    const count = await steps();
    let well = 0;
    for (let at = 0; at < count; at += 2) {
      await prepared();
      const before = host.tree();
      host.stopAt = at;
      const failure = await back().done.then(
        () => "none",
        (error: Error) => error.message,
      );
      const step = host.log[at] ?? "";
      if (failure === "none") well += 1;
      else {
        expect([step, failure]).toEqual([step, expect.stringMatching(/^stopped, as asked\nnothing was restored/)]);
        expect([step, host.tree()]).toEqual([step, before]);
        expect([step, host.secrets.get("store-key")]).toEqual([step, "k2"]);
      }
      expect([step, [...host.running].sort()]).toEqual([step, UNITS]);
      expect(host.tree()).not.toContain("before-restore");
    }
    expect(well).toBeGreaterThan(0);
    expect(well).toBeLessThan(count / 3);
  });

  test("a run that installs does it as well, before it looks at anything", async () => {
    await prepared();
    const before = host.tree();
    host.fault = "kill";
    host.faultAt = 6;
    await expect(back().done).rejects.toThrow("killed before");
    expect(host.tree()).toContain("before-restore");
    host.revive();
    const heard: string[] = [];
    const run = installRunOn(host.system, () => {
      heard.push(`looks: ${host.tree() === before}`);
      throw new Error("seen enough");
    });
    await expect(install({ ...run, dryRun: true })).rejects.toThrow("seen enough");
    await expect(install(run)).rejects.toThrow("seen enough");
    expect(heard).toEqual(["looks: false", "looks: true"]);
    expect(run.heard).toContain("complain: a restore of store was cut off: it is taken back");
    expect([...host.running].sort()).toEqual(UNITS);
  });

  test("after a kill the next one brings one of the two back whole", async () => {
    const count = await steps();
    let tried = 0;
    let well = 0;
    for (const nth of everyStep()) {
      const at = nth - 1;
      if (at >= count) break;
      tried += 1;
      await prepared();
      const before = host.tree();
      host.fault = "kill";
      host.faultAt = at;
      await expect(back().done).rejects.toThrow("killed before");
      host.revive();
      await finishCut(host.scene);
      const step = host.log[at] ?? "";
      if (host.text("db/table") === "four\n") {
        expect([step, host.tree()]).toEqual([step, before]);
        expect([step, host.secrets.get("store-key")]).toEqual([step, "k2"]);
      } else {
        well += 1;
        expect([step, host.text("files/a"), host.text("notes/n")]).toEqual([step, "A", "note"]);
        expect([step, host.secrets.get("store-key")]).toEqual([step, "k1"]);
      }
      expect([step, [...host.running].sort()]).toEqual([step, UNITS]);
      expect(host.tree()).not.toContain("before-restore");
      expect(readdirSync(host.real("/var/lib/install-quadlets"))).toEqual(["backups", "index.json"]);
    }
    expect(well).toBeGreaterThan(1);
    expect(well).toBeLessThan(tried / 2);
  });
});
