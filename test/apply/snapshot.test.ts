/** Other images on a service with data, stopped at every step: the data and the images are those of before, or those of after. */
import { expect, test } from "vitest";
import type { Sources } from "../../src/config/load.ts";
import { userError } from "../../src/model/diagnostic.ts";
import { generationDirectory, listGenerations, readUndos } from "../../src/record/generations.ts";
import { install as installRun } from "../../src/runs/install.ts";
import { takeBack } from "../../src/runs/take-back.ts";
import { installRunOn } from "../runs/support.ts";
import { everyStep } from "../support/every-step.ts";
import { imagesIn, type MemoryHost } from "./memory-host.ts";
import { differences, pictureOf, strays } from "./picture.ts";
import { copiedRows, copiesOn, cutAfterCopy, FILE, ROWS, STATES, site, storeWithRows, uncopied } from "./store-host.ts";
import { expectConverged, install, listener, prepareWith } from "./support.ts";

test("all of it stops, is copied, starts, is counted, and the copy goes", async () => {
  const host = await storeWithRows();
  const told = listener();
  await install(host, site(2), told, [], false);
  const steps = told.lines.flatMap((line) => /^done (.*(?:data|stop|start|restart).*)$/.exec(line)?.[1] ?? []);
  expect(steps).toEqual([
    "measure the data of store",
    "stop store-pod",
    "stop store-sql",
    "stop store-api",
    "copy the data of store (db)",
    "start store-pod",
    "restart store-sql",
    "start store-api",
    "count the data of store again",
  ]);
  expect(told.lines).toContain("  store: rows: 12 before, 12 now");
  expect(host.text(ROWS)).toBe("12 written by 2");
  expect(copiesOn(host)).toEqual([]);
  await expectConverged(host, site(2));
});

test.each(Object.entries(STATES))(
  "%s: whichever step fails, images and data are those of before",
  async (_, arrange) => {
    let steps = 0;
    for (const step of everyStep()) {
      const host = await arrange();
      const before = pictureOf(host);
      const runs = (await listGenerations(host.system.files)).length;
      host.refuseAt = host.changes + step;
      const said = await install(host, site(2), listener(), [], false).then(() => "done", String);
      if (host.changes < host.refuseAt) break;
      steps = step;
      const run = (await listGenerations(host.system.files))[runs];
      if (run?.result === "done" || said.includes("everything was applied")) {
        expect(host.text(ROWS), `step ${step}`).toBe("12 written by 2");
        continue;
      }
      expect(
        [...differences(before, host), ...strays(before, host), ...copiesOn(host)],
        `step ${step}: ${said}`,
      ).toEqual([]);
    }
    expect(steps).toBeGreaterThan(20);
  },
);

test.each(Object.entries(STATES))(
  "%s: killed at any step and run again, it arrives with all rows",
  async (_, arrange) => {
    for (const step of everyStep()) {
      const host = await arrange();
      host.failAt = host.changes + step;
      await install(host, site(2), listener(), [], false).catch(() => undefined);
      const { killed } = host;
      await host.revive();
      await install(host, site(2));
      await expectConverged(host, site(2));
      expect(host.text(ROWS), `step ${step}`).toBe("12 written by 2");
      expect(uncopied, `step ${step}`).toEqual([]);
      // One that was killed when all was done has nothing to do any more; the next run that has clears up.
      await install(host, site(1), listener(), [], false).catch(() => undefined);
      expect(copiesOn(host), `step ${step}`).toEqual([]);
      if (!killed) break;
    }
  },
);

test.each(Object.entries(STATES))(
  "%s: killed at any step and taken back, even if that is cut off, too: images and data are those of before",
  async (_, arrange) => {
    for (let step = 1; ; step += 1) {
      const host = await arrange();
      const before = pictureOf(host);
      const runs = (await listGenerations(host.system.files)).length;
      host.failAt = host.changes + step;
      await install(host, site(2), listener(), [], false).catch(() => undefined);
      const { killed } = host;
      await host.revive();
      const run = (await listGenerations(host.system.files))[runs];
      if (!killed || run?.result === "done") break;
      const undos = await readUndos(host.system.files, run?.number ?? 0).catch(() => []);
      host.failAt = host.changes + 1 + (step % 9);
      await takeBack(host.system, undos).catch(() => undefined);
      await host.revive();
      expect(await takeBack(host.system, undos), `step ${step}`).toEqual([]);
      expect([...differences(before, host), ...strays(before, host), ...copiesOn(host)], `step ${step}`).toEqual([]);
    }
  },
);

const NAME = "docker.io/lab/sql:1";

/** The name is gone from the store, and a registry has another image for it by now. */
async function withoutImage(arrange: () => Promise<MemoryHost>): Promise<MemoryHost> {
  const host = await arrange();
  host.registry.set(NAME, "docker.io/lab/sql:2");
  const file = imagesIn("/var/lib/store");
  host.system.files.put(file, host.text(file).replaceAll(`"${NAME}"`, '"gone"'));
  return host;
}

/** What is started anew, and how the host is before. */
const CHANGES: Readonly<Record<string, readonly [Sources, () => Promise<MemoryHost>]>> = {
  "another name": [site(2), STATES.up],
  "another name, all down": [site(2), STATES.down],
  "the same name": [site(1), () => withoutImage(STATES.up)],
  "the same name, all down": [site(1), () => withoutImage(STATES.down)],
};

test.each(Object.entries(CHANGES))(
  "%s: cut off at any step, neither a boot nor the next run starts another image on data without a copy",
  async (_, [sources, arrange]) => {
    let steps = 0;
    for (const step of everyStep()) {
      steps = step;
      const host = await arrange();
      host.failAt = host.changes + step;
      await install(host, sources, listener(), [], false).catch(() => undefined);
      const { killed } = host;
      await host.revive();
      host.boot();
      expect(uncopied, `boot after step ${step}`).toEqual([]);
      const hasRun = host.text(ROWS) === "12 written by 2";
      const told = listener();
      await install(host, sources, told);
      const goes = told.lines.filter((line) => line.includes(" goes: run "));
      // Then it may be all there is of the form of before.
      if (hasRun) expect(goes, `step ${step}`).toEqual([]);
      await expectConverged(host, sources);
      expect(uncopied, `run after step ${step}`).toEqual([]);
      expect(host.text(ROWS), `step ${step}`).toBe("12 written by 2");
      if (!killed) break;
    }
    expect(steps).toBeGreaterThan(20);
  },
);

test.each(Object.entries(STATES))(
  "%s: cut off while it is taken back, a boot starts nothing on data without a copy, and the rows are somewhere",
  async (_, arrange) => {
    let steps = 0;
    for (const step of everyStep()) {
      steps = step;
      const host = await arrange();
      host.failAt = host.changes + step;
      await install(host, site(3), listener(), [], false).catch(() => undefined);
      const { killed } = host;
      await host.revive();
      host.boot();
      expect(uncopied, `step ${step}`).toEqual([]);
      const rows = [host.text(ROWS), ...copiedRows(host)];
      expect(
        rows.filter((text) => text.startsWith("12 ")),
        `step ${step}`,
      ).not.toEqual([]);
      if (!killed) break;
    }
    expect(steps).toBeGreaterThan(30);
  },
);

test("the copy of a run that was cut off before another image could start goes before the next one is made", async () => {
  const host = await cutAfterCopy(STATES.up);
  const { started } = host;
  const copies: string[] = [];
  host.started = (unit, image) => {
    if (image.endsWith("sql:2")) copies.push(...copiedRows(host));
    started(unit, image);
  };
  const told = listener();
  await install(host, site(2), told, [], false);
  const copy = "/var/lib/store/.db.before-run-2";
  expect(told.lines).toContain(
    `  store: ${copy} goes: run 2 was cut off before another image ran, and the data of now are newer`,
  );
  expect([...new Set(copies)]).toEqual(["13 written by 1"]);
  expect(host.text(ROWS)).toBe("13 written by 2");
  expect([...copiesOn(host), ...uncopied]).toEqual([]);
});

test("where a pull or a manager could have started another image since, the copy stays as long as it may be needed", async () => {
  const host = await cutAfterCopy(STATES.down);
  const told = listener();
  await install(host, site(2), told, [], false);
  expect(told.lines.filter((line) => line.includes(" goes: run "))).toEqual([]);
  expect(host.text(ROWS)).toBe("13 written by 2");
  expect(copiesOn(host)).toEqual([]);
});

test("records of a run that are damaged leave the copy; a disk that does not read them is said, and no word about them", async () => {
  const undo = `${generationDirectory(2)}/undo-00001.json`;
  const damaged = await cutAfterCopy(STATES.up);
  damaged.system.files.put(undo, { ...FILE, content: "{" });
  const told = listener();
  await install(damaged, site(2), told, [], false);
  expect(told.lines.filter((line) => line.includes(" goes: run "))).toEqual([]);
  const unread = await cutAfterCopy(STATES.up);
  const { files } = unread.system;
  const read = files.read.bind(files);
  files.read = async (path, most) => {
    if (path === undo) throw userError("unusable-file", `${undo}: input/output error`);
    return read(path, most);
  };
  await expect(install(unread, site(2), listener(), [], false)).rejects.toThrow("input/output error");
});

test("cut off again at any step, both runs can be taken back, and what is half removed never becomes the data", async () => {
  for (const step of everyStep()) {
    const host = await cutAfterCopy(STATES.up);
    host.failAt = host.changes + step;
    await install(host, site(2), listener(), [], false).catch(() => undefined);
    const { killed } = host;
    await host.revive();
    if (!killed || (await listGenerations(host.system.files)).at(-1)?.result === "done") break;
    const undos = await Promise.all([2, 3].map((run) => readUndos(host.system.files, run)));
    expect(await takeBack(host.system, undos.flat()), `step ${step}`).toEqual([]);
    expect(host.text(ROWS), `step ${step}`).toBe("13 written by 1");
    expect(copiesOn(host), `step ${step}`).toEqual([]);
  }
});

test("cut off while it removes its copy, a run that was well can be taken back, and half a copy never becomes the data", async () => {
  const rows: string[] = [];
  for (let step = 1; ; step++) {
    const host = await STATES.up();
    host.failAt = host.changes + step;
    await install(host, site(2), listener(), [], false).catch(() => undefined);
    const { killed } = host;
    await host.revive();
    if (!killed) break;
    if ((await listGenerations(host.system.files)).at(-1)?.result !== "done" || copiesOn(host).length === 0) continue;
    expect(await takeBack(host.system, await readUndos(host.system.files, 2)), `step ${step}`).toEqual([]);
    rows.push(host.text(ROWS));
  }
  // Those of before where the copy was still whole, and those of now.
  expect(new Set(rows)).toEqual(new Set(["12 written by 1", "12 written by 2"]));
});

test("where the rows are gone, the run has failed, and they are back", async () => {
  const host = await storeWithRows();
  const before = pictureOf(host);
  await expect(install(host, site(3), listener(), [], false)).rejects.toThrow(
    "store: rows: 12 before, 0 now\neverything was taken back; the data are those of before, and pulled images stay",
  );
  expect([...differences(before, host), ...copiesOn(host)]).toEqual([]);
});

test("a file system that is mounted on the data stays where it is", async () => {
  const host = await storeWithRows();
  const before = pictureOf(host);
  host.mounts.add("/var/lib/store/db");
  await expect(install(host, site(3), listener(), [], false)).rejects.toThrow("everything was taken back");
  expect([...differences(before, host), ...copiesOn(host)]).toEqual([]);
});

test("without room nothing stops, and with --no-snapshot it is done without a copy", async () => {
  const host = await storeWithRows();
  const before = pictureOf(host);
  host.free = 1_000_000;
  const since = host.running().map(({ unit }) => unit);
  await expect(install(host, site(2), listener(), [], false)).rejects.toThrow(
    "/var/lib/store has room for 1.0 MB, and a copy of the data of store needs 256 MB",
  );
  expect(host.running().map(({ unit }) => unit)).toEqual(since);
  expect([...differences(before, host), ...copiesOn(host)]).toEqual([]);
  const { plan } = await prepareWith(host, site(2), { withoutSnapshot: true });
  expect(JSON.stringify(plan.stages)).not.toContain('"snapshot"');
});

test("a run begins with what another one was putting back when it was killed", async () => {
  const host = await storeWithRows();
  const account = { user: "store-user", uid: 800, gid: 800, home: "/var/lib/store" };
  const snapshots = [{ account, directory: "/var/lib/store/db", run: 9, returning: true }];
  host.system.files.put("/var/lib/install-quadlets/snapshots.json", JSON.stringify({ version: 1, snapshots }));
  host.system.files.put("/var/lib/store/.db.before-run-9", { kind: "directory", uid: 999, gid: 999, mode: 0o700 });
  host.system.files.put("/var/lib/store/.db.before-run-9/rows", { ...FILE, content: "11 written by 1" });
  await installRun(installRunOn(host.system, () => site(1), { yes: true, tokens: false }));
  expect(host.text(ROWS)).toBe("11 written by 1");
  expect(copiesOn(host)).toEqual([]);
});
