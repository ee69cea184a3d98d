/** `install-quadlets doctor` as it is typed, on whatever machine the tests run. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { main } from "../../src/cli/install-program.ts";
import { checks } from "../../src/diagnosis/all.ts";

const folder = mkdtempSync(`${tmpdir()}/doctor-`);

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

interface Typed {
  readonly printed: string;
  readonly said: string;
  readonly code: string;
}

/** What ends the process ends the command here. */
async function type(...words: readonly string[]): Promise<Typed> {
  let [printed, said, code] = ["", "", ""];
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    said += String(chunk);
    return true;
  });
  vi.spyOn(process.stdout, "write").mockImplementation((chunk, done?: unknown) => {
    if (code === "") printed += String(chunk);
    if (typeof done === "function") done();
    return true;
  });
  // The first end counts: run.ts takes what is thrown here for an error, tells it, and ends once more.
  vi.spyOn(process, "exit").mockImplementation((given) => {
    code ||= `exit ${given ?? process.exitCode ?? 0}`;
    throw new Error("ended");
  });
  await main(["node", "install-quadlets", "doctor", ...words]).catch(() => undefined);
  return { printed, said, code };
}

test.each([
  [["gpus"], "did you mean gpu?"],
  [["host", "everything"], "there are host, podman, accounts, network, names, gpu, services, data"],
  [["\u001b[2J"], 'doctor has no group "\\u001b[2J"'],
  [["__proto__"], 'doctor has no group "__proto__"'],
])("a group that there is not: %j", async (words, says) => {
  const { printed, said, code } = await type(...words);
  expect(said).toContain(says);
  expect(printed).toBe("");
  expect(code).toBe("exit 1");
});

test("--json holds every check, each with its id, and nothing else is printed there", async () => {
  const { printed, code } = await type("--json");
  const report = JSON.parse(printed);
  expect(report).toMatchObject({ version: 1, ready: report.problems === 0 });
  const ids = new Set(report.checks.map(({ id }: { readonly id: string }) => id));
  expect([...ids]).toEqual(checks.map(({ id }) => id));
  expect(code).toBe(report.problems === 0 ? "exit 0" : "exit 1");
});

test("a problem ends with 1, and a group without any with 0", async () => {
  for (const group of ["host", "podman", "accounts", "gpu"]) {
    const { printed, code } = await type("--json", group);
    expect(code).toBe(JSON.parse(printed).problems === 0 ? "exit 0" : "exit 1");
    process.exitCode = undefined;
  }
});

test("some groups only", async () => {
  const { printed } = await type("--json", "podman", "gpu");
  const groups = JSON.parse(printed).checks.map(({ group }: { readonly group: string }) => group);
  expect([...new Set(groups)]).toEqual(["podman", "gpu"]);
});

test("--bundle lists what is in it, holds every check whatever was asked, and is private", async () => {
  const file = `${folder}/bundle.txt`;
  const { said, printed } = await type("gpu", "--json", "--bundle", file);
  expect(said).toMatch(/the bundle holds:\n {2}doctor\.json +\d+ characters/);
  expect(said.indexOf("the bundle holds")).toBeLessThan(said.indexOf("written to"));
  expect(JSON.parse(printed).version).toBe(1);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, "utf8");
  for (const { id } of checks) expect(text).toContain(`"id": "${id}"`);
});

test("--bundle overwrites nothing, and says so first", async () => {
  const file = `${folder}/old.txt`;
  writeFileSync(file, "mine");
  const { said, printed, code } = await type("--bundle", file);
  expect(said).toContain("is there already, and was not touched");
  expect({ printed, code, left: readFileSync(file, "utf8") }).toEqual({ printed: "", code: "exit 1", left: "mine" });
});

test("nothing is left behind", () => rmSync(folder, { recursive: true }));
