/** A disk that takes data and then does not keep it: fsync fails, as it does on a dying disk or a full network one. */
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RealFiles } from "../../src/system/files.ts";

const OWNER = { mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const { fsyncSync } = fs;
let directory = "";

/** For everybody who imported it: who was loaded before this file, as well. */
function replaceFsync(by: typeof fsyncSync): void {
  fs.fsyncSync = by;
  syncBuiltinESMExports();
}

beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/fsync-`);
});

afterEach(() => {
  replaceFsync(fsyncSync);
  rmSync(directory, { recursive: true });
});

test("the file is as it was, nothing lies about, and the error names the file", async () => {
  const files = new RealFiles();
  const path = `${directory}/unit`;
  await files.write(path, "before", OWNER);
  replaceFsync(() => {
    throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
  });
  await expect(files.write(path, "after", OWNER)).rejects.toThrow(path);
  replaceFsync(fsyncSync);
  expect(readFileSync(path, "utf8")).toBe("before");
  expect(readdirSync(directory)).toEqual(["unit"]);
});
