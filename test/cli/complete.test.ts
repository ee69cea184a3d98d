/** What the tab key offers, as data: each line as it is typed, and the words that may stand at its end. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Offered, wantedAt } from "../../src/cli/complete.ts";
import { COMPLETE } from "../../src/cli/completion.ts";
import { makeProgram as gateway } from "../../src/cli/gateway-program.ts";
import { makeProgram as install, main as installMain } from "../../src/cli/install-program.ts";
import { makeProgram as opik } from "../../src/cli/opik-program.ts";
import { makeProgram as svc } from "../../src/cli/svc-program.ts";
import { makeProgram as vllm } from "../../src/cli/vllm-program.ts";

afterEach(() => vi.restoreAllMocks());

const PROGRAMS = {
  "install-quadlets": install,
  svc,
  "vllm-manage": vllm,
  "opik-manage": opik,
  "gateway-manage": gateway,
};

/** The last word of the line is the one that is being typed, an empty one behind a space. */
async function wanted(line: string): Promise<readonly string[] | string> {
  const [program = "", ...typed] = line.split(" ");
  const found = wantedAt(await PROGRAMS[program as keyof typeof PROGRAMS](), typed);
  if (typeof found === "string") return found;
  return found.map(({ word }) => word).filter((word) => word.startsWith(typed.at(-1) ?? ""));
}

test.each([
  ["install-quadlets uni", ["uninstall"]],
  ["install-quadlets secrets s", ["show", "set"]],
  ["install-quadlets ca ", ["show", "rotate", "help"]],
  ["install-quadlets backup op", "names"],
  ["install-quadlets backup opik o", "names"],
  ["install-quadlets backup --to ", "files"],
  // The value of a flag is no name.
  ["install-quadlets backup --keep 3 ", "names"],
  ["install-quadlets help exi", ["exit-codes"]],
  ["install-quadlets help secr", ["secrets"]],
  ["install-quadlets doctor host ne", ["network"]],
  ["install-quadlets completion ", ["bash", "zsh", "fish"]],
  ["install-quadlets --anew ", "names"],
  ["install-quadlets --dry", ["--dry-run"]],
  ["install-quadlets check st", "files"],
  ["install-quadlets --config /etc/x.yaml ver", ["verify"]],
  // As bash takes it apart.
  ["install-quadlets --config = /etc/x.yaml ver", ["verify"]],
  ["install-quadlets --config = /et", "files"],
  // Secrets are root's to know.
  ["install-quadlets secrets show ", []],
  ["svc sto", ["stop"]],
  ["svc status ", "names"],
  // One name and no more.
  ["svc status opik ", []],
  ["svc logs opik ", "names"],
  ["svc logs -n ", []],
  ["svc logs -n 3 op", "names"],
  ["svc logs --fo", ["--follow"]],
  ["svc start --sw", ["--swap"]],
  ["svc exec opik-redis ", []],
  ["svc exec opik-redis -- op", []],
  ["svc nothing op", []],
  ["vllm-manage models ", ["suggest", "list", "pull", "remove", "help"]],
  ["vllm-manage models l", ["list"]],
  ["vllm-manage reconfigure ", "names"],
  ["vllm-manage bench --way ", ["proxy", "direct"]],
  ["vllm-manage --service ", "names"],
  ["opik-manage restore ", "files"],
  ["gateway-manage usage --by ", ["key", "model", "user", "day"]],
  ["gateway-manage key ro", ["rotate"]],
  ["gateway-manage key rotate ", []],
] as const)("%s<TAB>", async (line, words) => {
  expect(await wanted(line)).toEqual(words);
});

describe("as a shell gets it", () => {
  async function printed(...typed: readonly string[]): Promise<readonly string[]> {
    let text = "";
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    await installMain(["node", "install-quadlets", COMPLETE, ...typed]);
    vi.restoreAllMocks();
    return text.split("\n").filter((line) => line !== "");
  }

  test("a word and what it is, a line each", async () => {
    const [verify, ...others] = await printed("verif");
    expect(verify).toMatch(/^verify\t\w/);
    expect(others).toEqual([]);
  });

  test("files are the shell's", async () => expect(await printed("check", "st")).toEqual([":files"]));

  test("what stands there already is not offered again", async () => {
    expect(await printed("doctor", "host", "--json", "--js")).toEqual([]);
    expect((await printed("doctor", "host", "h")).map((line) => line.split("\t")[0])).toEqual([]);
  });

  test("it is in no help", async () => {
    const all = async (make: () => unknown) => (await make()) as { helpInformation(): string };
    for (const make of Object.values(PROGRAMS)) expect((await all(make)).helpInformation()).not.toContain(COMPLETE);
  });
});

test("every place of a command that takes something is looked at: what is offered is one of these", async () => {
  const offered = await Promise.all(
    Object.entries(PROGRAMS).map(async ([name, make]) => {
      const program = await make();
      const paths = program.commands.flatMap((command) => [
        [command.name()],
        ...command.commands.map((below) => [command.name(), below.name()]),
      ]);
      return paths.map((path) => [name, ...path, kindOf(wantedAt(program, [...path, ""]))].join(" "));
    }),
  );
  await expect(offered.flat().sort().join("\n")).toMatchFileSnapshot("golden/offered.txt");
});

function kindOf(found: readonly Offered[] | string): string {
  if (typeof found === "string") return `<${found}>`;
  return found.length === 0 ? "-" : found.map(({ word }) => word).join("|");
}
