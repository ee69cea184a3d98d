/** The real disk: the contract, and what only a real disk can show. */
import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
} from "node:fs";
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

test("a file being written never grants more than its final mode, even with umask 0", async () => {
  process.umask(0);
  const root = emptyRoot();
  const modes = new Set<number>();
  const watcher = watch(root, (_, name) => {
    const stats = name === null ? undefined : statSync(join(root, name), { throwIfNoEntry: false });
    if (stats !== undefined) modes.add(stats.mode & 0o777);
  });
  for (let round = 0; round < 50; round++) {
    await files.write(`${root}/secret`, `value ${round}`, { uid: 0, gid: 0, mode: 0o600 });
    await new Promise((resolve) => setImmediate(resolve));
  }
  watcher.close();
  expect([...modes]).toEqual([0o600]);
});

test("a directory swapped for a symlink while we write never lets a file out", async () => {
  const root = emptyRoot();
  mkdirSync(`${root}/home/data`, { recursive: true });
  mkdirSync(`${root}/etc`);
  // A service user does this in a loop, from another process.
  const script = `cd '${root}/home'; ln -s ../etc link; while :; do mv -T --exchange data link 2>/dev/null || { mv -T data d2; mv -T link data; mv -T data link; mv -T d2 data; }; done`;
  const attacker = execBackground(script);
  let refused = 0;
  for (let round = 0; round < 400; round++) {
    await files.write(`${root}/home/data/file`, "x", { uid: 0, gid: 0, mode: 0o600 }).catch(() => refused++);
  }
  attacker();
  expect(readdirSync(`${root}/etc`)).toEqual([]);
  expect(refused).toBeLessThan(400);
});

test("a FIFO does not make us wait", async () => {
  const root = emptyRoot();
  execFileSync("mkfifo", [`${root}/fifo`]);
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
  const reader = execBackground(
    `while :; do s=$(cut -c1 '${root}/a')$(tail -c1 '${root}/a')$(stat -c%s '${root}/a'); echo "$s"; done > '${root}/seen'`,
  );
  for (let round = 0; round < 40; round++) {
    await files.write(`${root}/a`, round % 2 === 0 ? two : one, { uid: 0, gid: 0, mode: 0o644 });
  }
  reader();
  const seen = ((await files.read(`${root}/seen`)) ?? "").split("\n").filter((line) => line !== "");
  expect(seen.every((line) => line.endsWith("300000"))).toBe(true);
});

test("a failed write leaves no temporary file", async () => {
  const root = emptyRoot();
  await expect(files.write(`${root}/${"n".repeat(300)}`, "x", { uid: 0, gid: 0, mode: 0o600 })).rejects.toThrow(
    /ENAMETOOLONG/,
  );
  mkdirSync(`${root}/a`);
  renameSync(`${root}/a`, `${root}/b`);
  expect(readdirSync(root).filter((name) => name.startsWith(TEMPORARY_PREFIX))).toEqual([]);
});

/** Runs a shell loop in the background; the result ends it. */
function execBackground(script: string): () => void {
  const pid = Number(
    execFileSync("sh", ["-c", `setsid sh -c "$1" >/dev/null 2>&1 & echo $!`, "sh", script], { encoding: "utf8" }),
  );
  return () => {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      process.kill(pid, "SIGKILL");
    }
  };
}
