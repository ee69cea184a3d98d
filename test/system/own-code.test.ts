/** The compiled form of the running program is kept with a copy of it, by whoever was started from the build. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compiledFile, load } from "../../src/system/compiled.ts";
import { ownCode, runsAs } from "../../src/system/own-code.ts";

let root: string;
const lib = (copy: string) => `${root}/${copy}/dist/lib`;

beforeEach(() => {
  root = mkdtempSync(`${tmpdir()}/own-code-`);
  for (const copy of ["running", "copy"]) {
    mkdirSync(lib(copy), { recursive: true });
    writeFileSync(`${lib(copy)}/programs.cjs`, "exports.main = () => 7;\n");
  }
});

afterEach(() => rmSync(root, { recursive: true }));

test("a copy starts from it", async () => {
  await ownCode.keepIn(`${root}/copy`);
  expect(readdirSync(lib("copy"))).toEqual(["programs.cjs"]);
  runsAs(load(`${lib("running")}/programs.cjs`));
  await ownCode.keepIn(`${root}/copy`);
  const copied = `${lib("copy")}/programs.cjs`;
  expect(readdirSync(lib("copy")).sort()).toEqual(["programs.cjs", `programs.cjs.${process.version}`]);
  expect(statSync(compiledFile(copied)).mode & 0o777).toBe(0o644);
  expect(load(copied).isKept).toBe(true);
});

test("where it cannot be written, nothing is, and nothing fails", async () => {
  runsAs(load(`${lib("running")}/programs.cjs`));
  mkdirSync(compiledFile(`${lib("copy")}/programs.cjs`));
  await ownCode.keepIn(`${root}/copy`);
  await ownCode.keepIn(`${root}/nowhere`);
  expect(readdirSync(lib("copy")).sort()).toEqual(["programs.cjs", `programs.cjs.${process.version}`]);
});

test("only what the host was given keeps its own", async () => {
  runsAs(load(`${lib("running")}/programs.cjs`));
  await ownCode.keepHere();
  expect(readdirSync(lib("running"))).toEqual(["programs.cjs"]);
});
