/** What is typed wrong is said before anything is read or done. */
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { main } from "../../src/cli/install-program.ts";
import { NeedsRoot, Stopped, UserError } from "../../src/model/diagnostic.ts";
import { EXIT } from "../../src/model/exit-code.ts";
import { typed } from "../support/typed.ts";

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test.each([
  [["verfiy"], "unknown command 'verfiy'"],
  [["--dry-run", "now"], "unknown command 'now'"],
  [["renew", "now"], "too many arguments for 'renew'"],
  [["--nonsense"], "unknown option '--nonsense'"],
  [["ca", "rotat"], "unknown command 'rotat'"],
  [["secrets", "set"], "missing required argument 'secret'"],
  [["help", "verfiy"], "unknown command 'verfiy'"],
  [["secrets", "set", "app/key", "hf_value"], "too many arguments for 'set'"],
])("install-quadlets %j", async (words, says) => {
  let text = "";
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  await main(["node", "install-quadlets", ...words]);
  expect(text).toContain(says);
  // A value that was typed as an argument is in enough places already.
  expect(text).not.toContain("hf_value");
  expect(process.exitCode).toBe(64);
});

test("help of a command is its --help; exit-codes is the table of all, as the README has it", async () => {
  async function printed(...words: readonly string[]): Promise<string> {
    let text = "";
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    await main(["node", "install-quadlets", ...words]);
    vi.restoreAllMocks();
    return text;
  }
  expect(await printed("help", "secrets", "set")).toBe(await printed("secrets", "set", "--help"));
  expect(await printed("help")).toBe(await printed("--help"));
  const codes = await printed("help", "exit-codes");
  expect([...codes.matchAll(/^(\d+) /gm)].map(([, code]) => Number(code))).toEqual(Object.values(EXIT));
  for (const line of codes.split("\n").filter((one) => /^\d/.test(one)))
    expect(readFileSync("README.md", "utf8")).toContain(`    ${line}\n`);
});

test("with --json what is typed wrong is JSON, too, and a flag for no colours is known everywhere", async () => {
  let text = "";
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  await main(["node", "install-quadlets", "history", "--no-color", "--json", "now"]);
  expect(JSON.parse(text)).toMatchObject({
    version: 1,
    errors: [{ code: "usage", what: expect.stringContaining("too many arguments for 'history'") }],
  });
});

test.each([
  [["metrics"], "sudo install-quadlets metrics"],
  [["idle"], "run it with sudo"],
  [["rollback"], "run it with sudo"],
  [["eject", "/tmp/nowhere"], "run it with sudo"],
  [["backup"], "sudo install-quadlets backup"],
  [["init"], "run it with sudo; or --print to look, --to FILE for another place"],
  [["secrets", "set", "app/key"], "run it with sudo"],
])("without root %j ends with 77", async (words, hint) => {
  const { said, code } = await typed(main, words, 1000);
  expect(said).toMatch(/^error: .*needs root/);
  expect(said).toContain(`hint: ${hint}\n`);
  expect(code).toBe("exit 77");
});

test.each([
  [new UserError("x"), 1],
  [new NeedsRoot("x"), 77],
  [new Stopped("x"), 130],
])("%s ends with %d", (error, code) => {
  expect(error.exitCode).toBe(code);
});
