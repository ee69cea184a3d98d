/** The run lock: one holder, who says so, and none after a kill. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { takeLock } from "../../src/system/lock.ts";

const root = mkdtempSync(join(tmpdir(), "lock-test-"));
const file = join(root, "lock");
beforeEach(() => rmSync(file, { force: true }));
afterAll(() => rmSync(root, { recursive: true }));

test("a second run is told who holds it, since when, doing what", () => {
  process.env["SUDO_USER"] = "alice";
  const lock = takeLock("install-quadlets apply", file);
  delete process.env["SUDO_USER"];
  expect(() => takeLock("install-quadlets uninstall", file)).toThrow(
    new RegExp(`another run is at work: install-quadlets apply \\(pid ${process.pid}\\), started by alice at 20`),
  );
  lock.release();
  expect(existsSync(file)).toBe(false);
  takeLock("again", file).release();
  expect(readdirSync(root)).toEqual([]);
});

test.each([
  ["of a process that has ended", { pid: 4_100_000, started: "12345" }],
  ["of another process with the same number", { pid: process.pid, started: "1" }],
  ["that is damaged", "{"],
])("a lock %s is taken over", (_, content) => {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify({ ...content, who: "x", since: "y" }));
  const lock = takeLock("apply", file);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid, what: "apply" });
  lock.release();
  expect(readdirSync(root)).toEqual([]);
});

test("releasing leaves a lock that somebody else has taken", () => {
  const lock = takeLock("apply", file);
  writeFileSync(file, "theirs");
  lock.release();
  expect(readFileSync(file, "utf8")).toBe("theirs");
});

test("a program whose name holds spaces and parentheses is told apart as well", () => {
  const script = join(root, "a) b (c");
  writeFileSync(script, "#!/bin/sh\ncat /proc/$$/stat\n", { mode: 0o755 });
  const stat = execFileSync(script, { encoding: "utf8" });
  rmSync(script);
  expect(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]).toMatch(/^\d+$/);
});
