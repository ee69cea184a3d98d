/** The real disk: the contract, and what only a real disk can show. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { RealFiles } from "../../src/system/files.ts";
import { TEMPORARY_PREFIX } from "../../src/system/write-at.ts";
import { describeFiles } from "./files-contract.ts";

const base = mkdtempSync(join(tmpdir(), "files-test-"));
const files = new RealFiles();
const umask = process.umask();
afterAll(() => {
  process.umask(umask);
  rmSync(base, { recursive: true });
});

function emptyRoot(): string {
  return mkdtempSync(join(base, "case-"));
}

for (const mask of [0, 0o077]) {
  describeFiles(`real files, umask ${mask.toString(8)}`, () => {
    process.umask(mask);
    return { files, root: emptyRoot(), symlink: (path, target) => symlinkSync(target, path) };
  });
}

test("it is known when the content of a file last changed", async () => {
  const path = join(emptyRoot(), "a");
  await files.write(path, "one", { uid: 0, gid: 0, mode: 0o644 });
  utimesSync(path, 0, 1_700_000_000);
  expect((await files.stat(path))?.modified).toBe(1_700_000_000_000);
});

test("a file being written never grants more than its final mode, even with umask 0", async () => {
  process.umask(0);
  const root = emptyRoot();
  const seen = join(base, "modes");
  const stop = await inBackground(`
    const modes = new Set();
    for (;;) for (const name of fs.readdirSync("${root}")) {
      const stats = fs.lstatSync("${root}/" + name, { throwIfNoEntry: false });
      const kind = name.startsWith("${TEMPORARY_PREFIX}") ? "temporary " : "final ";
      const mode = stats && kind + (stats.mode & 0o777).toString(8);
      if (mode && !modes.has(mode)) { modes.add(mode); fs.appendFileSync("${seen}", mode + "\\n"); }
    }`);
  for (let round = 0; round < 300; round++) {
    await files.write(`${root}/secret`, `value ${round}`, { uid: 0, gid: 0, mode: 0o600 });
  }
  stop();
  expect(readFileSync(seen, "utf8").trim().split("\n").sort()).toEqual(["final 600", "temporary 600"]);
});

test("a directory swapped for a symlink while we write never lets a file out", async () => {
  const root = emptyRoot();
  mkdirSync(`${root}/home/data`, { recursive: true });
  mkdirSync(`${root}/etc`);
  // What the owner of home/ can do from another process, as fast as it goes.
  const stop = await inBackground(`
    process.chdir("${root}/home");
    fs.symlinkSync("../etc", "link");
    for (;;) {
      fs.renameSync("data", "away"); fs.renameSync("link", "data");
      fs.renameSync("data", "link"); fs.renameSync("away", "data");
    }`);
  const outcomes = { written: 0, refused: 0 };
  for (let round = 0; round < 3000; round++) {
    await files.write(`${root}/home/data/file`, "x", { uid: 0, gid: 0, mode: 0o600 }).then(
      () => outcomes.written++,
      () => outcomes.refused++,
    );
  }
  stop();
  expect(readdirSync(`${root}/etc`)).toEqual([]);
  expect(outcomes.written).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(0);
});

test("a FIFO does not make us wait", async () => {
  const root = emptyRoot();
  execFileSync("sh", ["-c", `mkfifo "$1"`, "sh", `${root}/fifo`]);
  expect((await files.stat(`${root}/fifo`))?.kind).toBe("other");
  await expect(files.read(`${root}/fifo`)).rejects.toThrow("is not a regular file");
  await expect(files.setOwnerAndMode(`${root}/fifo`, { uid: 1, gid: 1, mode: 0o600 })).rejects.toThrow("neither file");
});

test("a second name of a file elsewhere keeps its owner", async () => {
  const root = emptyRoot();
  await files.write(`${root}/shadow`, "x", { uid: 0, gid: 0, mode: 0o600 });
  linkSync(`${root}/shadow`, `${root}/planted`);
  await expect(files.setOwnerAndMode(`${root}/planted`, { uid: 4901, gid: 4901, mode: 0o666 })).rejects.toThrow(
    "2 names",
  );
  expect((await files.stat(`${root}/shadow`))?.uid).toBe(0);
});

test("a reader sees the old content or the new one, never a part", async () => {
  const root = emptyRoot();
  const [one, two] = ["1".repeat(300_000), "2".repeat(300_000)];
  await files.write(`${root}/a`, one, { uid: 0, gid: 0, mode: 0o644 });
  const stop = await inBackground(`
    for (;;) {
      const text = fs.readFileSync("${root}/a", "latin1");
      fs.appendFileSync("${base}/seen", text.length + text[0] + text.at(-1) + "\\n");
    }`);
  for (let round = 0; round < 40; round++) {
    await files.write(`${root}/a`, round % 2 === 0 ? two : one, { uid: 0, gid: 0, mode: 0o644 });
  }
  stop();
  const seen = new Set(readFileSync(join(base, "seen"), "utf8").trim().split("\n"));
  expect([...seen].filter((line) => line !== "30000011" && line !== "30000022")).toEqual([]);
  expect(seen.size).toBeGreaterThan(0);
});

test("a failed write leaves no temporary file", async () => {
  const root = emptyRoot();
  await expect(files.write(`${root}/${"n".repeat(300)}`, "x", { uid: 0, gid: 0, mode: 0o600 })).rejects.toThrow(
    /ENAMETOOLONG/,
  );
  expect(readdirSync(root).filter((name) => name.startsWith(TEMPORARY_PREFIX))).toEqual([]);
});

/** Runs an endless script of node in another process, and waits until it runs; the result ends it. */
async function inBackground(script: string): Promise<() => void> {
  const child = spawn(process.execPath, ["-e", `console.log("go"); ${script}`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  return () => child.kill("SIGKILL");
}
