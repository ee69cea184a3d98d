/** `install-quadlets init` as it is typed, without a terminal, on whatever machine the tests run. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { main } from "../../src/cli/install-program.ts";
import { publishNewFile } from "../../src/system/write-new.ts";
import { typed } from "../support/typed.ts";

const folder = mkdtempSync(`${tmpdir()}/init-`);
const SAFE = ["--listen", "auto", "--model", "none", "--services", "none"];

const type = (...words: readonly string[]) => typed(main, ["init", ...words]);

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});
afterAll(() => rmSync(folder, { recursive: true }));

test("it writes the file and its schema, for everybody to read, and ends with the next command", async () => {
  const file = `${folder}/stack.yaml`;
  const { printed, said, code } = await type(...SAFE, "--yes", "--to", file);
  expect({ printed, code }).toEqual({ printed: `written: ${file}\n`, code: "" });
  expect(said.trimEnd().split("\n").at(-1)).toMatch(/^next: sudo (npx )?install-quadlets --config \S+stack\.yaml /);
  expect(readFileSync(file, "utf8")).toContain("vllm-qwen: { enabled: false }");
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(readFileSync(`${folder}/stack.schema.json`, "utf8")).toBe(readFileSync("config/stack.schema.json", "utf8"));
  expect(readdirSync(folder).sort()).toEqual(["stack.schema.json", "stack.yaml"]);
});

test("what is there is not touched, and that is said before anything is looked at", async () => {
  const file = `${folder}/stack.yaml`;
  const before = readFileSync(file, "utf8");
  const { said, code } = await type("--to", file);
  expect(said).toBe(
    `error: ${file}: is there already, and was not touched [already-there]\nhint: install-quadlets init --print shows what it would hold; edit it, or move it away first\n`,
  );
  expect({ code, text: readFileSync(file, "utf8") }).toEqual({ code: "exit 1", text: before });
});

test("no link is followed, at the name or on the way", async () => {
  mkdirSync(`${folder}/real`);
  symlinkSync(`${folder}/elsewhere`, `${folder}/real/stack.yaml`);
  symlinkSync(`${folder}/real`, `${folder}/link`);
  expect((await type(...SAFE, "--to", `${folder}/real/stack.yaml`)).said).toContain("is there already");
  expect((await type(...SAFE, "--to", `${folder}/link/other.yaml`)).said).toContain(`${folder}/link: is a symlink`);
  expect(existsSync(`${folder}/elsewhere`)).toBe(false);
  expect(readdirSync(`${folder}/real`)).toEqual(["stack.yaml"]);
});

test("a name that is taken meanwhile stays as it is", () => {
  const owner = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0, mode: 0o644 };
  publishNewFile(`${folder}/raced`, "first", owner);
  expect(() => publishNewFile(`${folder}/raced`, "second", owner)).toThrow("is there already, and was not touched");
  expect(readFileSync(`${folder}/raced`, "utf8")).toBe("first");
  expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
});

test("a directory that is not there", async () => {
  const { said, code } = await type(...SAFE, "--to", `${folder}/nowhere/stack.yaml`);
  expect(said).toMatch(/^error: \S+\/nowhere: no such directory \[no-such-file\]\n/);
  expect(code).toBe("exit 1");
});

test("--print writes nothing, and only the file is on standard output", async () => {
  const { printed, said } = await type(...SAFE, "--print");
  expect(printed.split("\n")[0]).toBe("# yaml-language-server: $schema=stack.schema.json");
  expect(said).toContain("next: install-quadlets init without --print writes it");
  expect((await type("--print", "--to", `${folder}/x.yaml`)).said).toContain("--print writes no file");
});

test("--json is all there is on standard output", async () => {
  const file = `${folder}/json.yaml`;
  const { printed, said } = await type(...SAFE, "--json", "--to", file);
  const told = JSON.parse(printed);
  expect(told).toMatchObject({ version: 1, file, decided: { listen: "auto", model: "none", services: [] } });
  expect(told.text).toBe(readFileSync(file, "utf8"));
  expect(said).toBe("");
});

test("a domain that the configuration would not take is the flag's fault", async () => {
  const { said, code } = await type(...SAFE, "--domain", "Nope", "--print");
  expect(said).toMatch(/error: --domain: wanted a domain name .*found "Nope"/);
  expect(code).toBe("exit 1");
});
