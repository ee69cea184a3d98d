/** A disk that takes data and then does not keep it: fsync fails, as it does on a dying disk or a full network one. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RealFiles } from "../../src/system/files.ts";

const disk = vi.hoisted(() => ({ failing: false }));

vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  const fsyncSync = (descriptor: number): void => {
    if (disk.failing) throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
    real.fsyncSync(descriptor);
  };
  return { ...real, fsyncSync };
});

const OWNER = { mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
let directory = "";

beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/fsync-`);
});

afterEach(() => {
  disk.failing = false;
  rmSync(directory, { recursive: true });
});

test("the file is as it was, nothing lies about, and the error names the file", async () => {
  const files = new RealFiles();
  const path = `${directory}/unit`;
  await files.write(path, "before", OWNER);
  disk.failing = true;
  await expect(files.write(path, "after", OWNER)).rejects.toThrow(path);
  disk.failing = false;
  expect(readFileSync(path, "utf8")).toBe("before");
  expect(readdirSync(directory)).toEqual(["unit"]);
});
