/** The runs about backups: which services, where to, how many stay, for whom they are encrypted, and what is said. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listBackups } from "../../src/backup/files.ts";
import { INDEX_PATH } from "../../src/model/index-file.ts";
import { APPLIED_PATH } from "../../src/model/places.ts";
import { type BackupRun, backup } from "../../src/runs/backup.ts";
import { restore } from "../../src/runs/restore.ts";
import { runOn } from "../runs/support.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { DataHost, FOLDER } from "./support.ts";

useSmallKeys();

let host: DataHost;
beforeEach(() => {
  host = new DataHost();
});
afterEach(() => host.remove());

async function run(changes: Partial<BackupRun> = {}) {
  const { heard, ...rest } = runOn(host.system);
  const asked = { names: [], to: undefined, keep: undefined, encryptTo: [], ...changes };
  const results = await backup({ ...rest, bulk: host.bulk, isStopped: () => host.stopped, ...asked });
  return { results, heard };
}

const list = (folder = FOLDER) => listBackups(host.system.files, host.bulk, folder, true);
const names = (folder = FOLDER) => readdirSync(host.real(folder));

describe("which", () => {
  test("all that have data, one after the other, under the lock", async () => {
    const { results, heard } = await run();
    expect(results.map(({ service }) => service)).toEqual(["store"]);
    expect(heard).toEqual([
      "lock: install-quadlets backup",
      "note: store: stopping store-api.service",
      "note: store: stopping store-shelf.service",
      "note: store: starting 4 units again",
      expect.stringMatching(
        /^print: store: \/var\/lib\/install-quadlets\/backups\/store-2026-11-27T120000Z\.backup\.tar \(\d+ kB\), read back and whole$/,
      ),
      "unlock",
    ]);
  });

  test.each<[string, readonly string[], object]>([
    ["an unknown name", ["stor"], { message: "no service or unit is called stor", hint: "did you mean store?" }],
    [
      "a unit",
      ["store-sql"],
      { message: "store-sql is a part of store, and data are taken whole", hint: "sudo install-quadlets backup store" },
    ],
    ["one that keeps nothing", ["cache"], { message: "cache has no data: what it keeps is made again" }],
    ["one that does not say", ["old"], { message: "the service file of old does not say what its data are" }],
    ["one good and one bad", ["store", "nothing"], { message: "no service or unit is called nothing" }],
  ])("%s", async (_, asked, error) => {
    const { service } = host;
    const empty = { ...service, name: "cache", backup: { writers: [], parts: [], secrets: [], counts: [] } };
    const { backup: _backup, ...old } = { ...service, name: "old" };
    host.put(INDEX_PATH, JSON.stringify({ ...host.index, services: [service, empty, old] }));
    await expect(run({ names: asked })).rejects.toMatchObject(error);
    expect(host.log).toEqual([]);
  });

  test("an index of an older program", async () => {
    const { backup: _backup, ...old } = host.service;
    host.put(INDEX_PATH, JSON.stringify({ ...host.index, services: [old] }));
    await expect(run()).rejects.toMatchObject({
      message: "no service here says that it has data",
      hint: "sudo install-quadlets writes down what they say now",
    });
  });

  test("one that fails keeps the others from nothing", async () => {
    const other = { ...host.service, name: "away", uid: 4711 };
    host.put(INDEX_PATH, JSON.stringify({ ...host.index, services: [other, host.service] }));
    const { results } = await run();
    expect(results).toMatchObject([
      { service: "away", error: { message: "the user manager of store-user does not run" } },
      { service: "store", taken: { path: `${FOLDER}/store-2026-11-27T120000Z.backup.tar` } },
    ]);
  });
});

describe("where to", () => {
  test("a directory of the person's, with a word where others write in it", async () => {
    mkdirSync(host.real("/var/lib/nas"), { mode: 0o700 });
    expect((await run({ to: "/var/lib/nas" })).heard.join()).not.toContain("complain");
    expect(names("/var/lib/nas")).toEqual(["store-2026-11-27T120000Z.backup.tar"]);
    expect(names()).toEqual([]);
    mkdirSync(host.real("/var/lib/open"));
    await host.system.files.setOwnerAndMode("/var/lib/open", { uid: 0, gid: 0, mode: 0o777 });
    expect((await run({ to: "/var/lib/open" })).heard.join()).toContain("/var/lib/open: others may write in it");
  });

  test("what is no directory is refused before anything stops", async () => {
    host.put("/var/lib/file", "");
    for (const to of ["/var/lib/none", "/var/lib/file"]) {
      await expect(run({ to })).rejects.toThrow(`${to}: is no directory`);
    }
    expect(host.log).toEqual([]);
  });
});

describe("how many stay", () => {
  async function five(): Promise<void> {
    for (const day of [1, 2, 3, 4, 5]) {
      host.now = new Date(`2026-11-0${day}T03:00:00Z`);
      await run();
    }
  }

  test("the newest; what is not ours, damaged or another service's is left alone", async () => {
    await five();
    host.put(`${FOLDER}/store-2026-10-01T030000Z.backup.tar`, "somebody's own");
    host.put(`${FOLDER}/notes.txt`, "mine");
    const bytes = readFileSync(host.real(`${FOLDER}/store-2026-11-01T030000Z.backup.tar`));
    // A copy under the name of another service that begins alike.
    writeFileSync(host.real(`${FOLDER}/store-two-2026-10-02T030000Z.backup.tar`), bytes);
    host.now = new Date("2026-11-06T03:00:00Z");
    const { heard } = await run({ keep: 3 });
    expect(names()).toEqual([
      "notes.txt",
      "store-2026-10-01T030000Z.backup.tar",
      "store-2026-11-04T030000Z.backup.tar",
      "store-2026-11-05T030000Z.backup.tar",
      "store-2026-11-06T030000Z.backup.tar",
      "store-two-2026-10-02T030000Z.backup.tar",
    ]);
    expect(heard.filter((line) => line.includes("removed"))).toHaveLength(3);
  });

  test("a backup that fails removes none", async () => {
    await five();
    host.now = new Date("2026-11-06T03:00:00Z");
    host.faultAt = host.changes + 5;
    const { results } = await run({ keep: 1 });
    expect(results).toMatchObject([{ error: { message: expect.stringContaining("refused") } }]);
    expect(names()).toHaveLength(5);
  });

  test("the list says which are whole", async () => {
    await run();
    host.put(`${FOLDER}/store-2026-10-01T030000Z.backup.tar`, "somebody's own");
    const bytes = readFileSync(host.real(`${FOLDER}/store-2026-11-27T120000Z.backup.tar`));
    bytes[bytes.indexOf("three")] = 0;
    writeFileSync(host.real(`${FOLDER}/store-2026-11-28T120000Z.backup.tar`), bytes);
    expect((await list()).map(({ taken, fault, manifest }) => [taken, fault, manifest?.tool])).toEqual([
      ["2026-10-01T030000Z", "is no backup of install-quadlets", undefined],
      ["2026-11-27T120000Z", undefined, "0.0.0"],
      ["2026-11-28T120000Z", "is damaged: db is not what was written", undefined],
    ]);
    // Without reading the contents.
    const quick = await listBackups(host.system.files, host.bulk, FOLDER, false);
    expect(quick.map(({ fault }) => fault === undefined)).toEqual([false, true, true]);
  });
});

test("restored into directories that were emptied, the data are remembered as there", async () => {
  await run();
  const parts = host.service.backup?.parts ?? [];
  for (const path of parts.map(({ directory }) => host.real(directory))) {
    rmSync(path, { recursive: true });
    mkdirSync(path);
  }
  host.put(APPLIED_PATH, '{"version": 2, "filled": ["/var/lib/other"]}');
  const { heard: _, ...rest } = runOn(host.system);
  const file = `${FOLDER}/store-2026-11-27T120000Z.backup.tar`;
  await restore({ ...rest, bulk: host.bulk, isStopped: () => false, file, identity: undefined, yes: true });
  expect(host.text("db/table")).toBe("one\ntwo\nthree\n");
  const { filled } = JSON.parse((await host.system.files.read(APPLIED_PATH)) ?? "");
  expect(filled).toEqual(["/var/lib/other", ...parts.map(({ directory }) => directory)].sort());
});

describe("encrypted", () => {
  const RECIPIENT = "age1lab";
  const FILE = `${FOLDER}/store-2026-11-27T120000Z.backup.tar`;
  const back = (identity: string | undefined) => {
    const { heard, ...rest } = runOn(host.system);
    return restore({ ...rest, bulk: host.bulk, isStopped: () => false, file: FILE, identity, yes: true });
  };

  test("nothing of the data or the secrets is in the file; with the key it comes back", async () => {
    await run({ encryptTo: [RECIPIENT] });
    const text = readFileSync(host.real(FILE), "latin1");
    expect(text).not.toContain("three");
    expect(text).not.toContain("store://");
    expect(text).toContain("parts/db.dump.age");
    expect(text).toContain(RECIPIENT);
    const before = host.tree("files");
    host.write("db/table", "four\n");
    host.write("files/a", "other");
    host.secrets.set("store-key", "k2");
    await back("/root/key.txt");
    expect([host.text("db/table"), host.tree("files")]).toEqual(["one\ntwo\nthree\n", before]);
    expect(host.secrets.get("store-key")).toBe("k1");
  });

  test.each<[string, string | undefined, string]>([
    ["without the key", undefined, `${FILE}: is encrypted to ${RECIPIENT}`],
    ["with another key", "/root/other.txt", "no identity matched"],
  ])("%s nothing is touched", async (_, identity, message) => {
    await run({ encryptTo: [RECIPIENT] });
    host.write("db/table", "four\n");
    const before = host.tree();
    const running = [...host.running];
    await expect(back(identity)).rejects.toThrow(message);
    expect(host.tree()).toBe(before);
    expect([...host.running]).toEqual(running);
  });

  test("where age is not installed it is said before anything stops", async () => {
    host.programs = ["podman"];
    await expect(run({ encryptTo: [RECIPIENT] })).rejects.toMatchObject({
      message: "age is not installed, which encrypts backups",
      hint: "sudo apt install age (dnf install age)",
    });
    expect(host.log).toEqual([]);
  });
});
