/** Without root: who may look is handed to sudo with the same words, and who is root only to look does nothing else. */
import { Command } from "commander";
import { afterEach, describe, expect, test, vi } from "vitest";
import { typedFlags, wayOfReaders } from "../../src/cli/as-reader.ts";
import { main as install } from "../../src/cli/install-program.ts";
import { main as opik } from "../../src/cli/opik-program.ts";
import { startReader } from "../../src/cli/start.ts";
import { main as svc } from "../../src/cli/svc-program.ts";
import { main as vllm } from "../../src/cli/vllm-program.ts";
import { READER } from "../../src/model/places.ts";
import { memorySystem } from "../support/memory-system.ts";
import { typed } from "../support/typed.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

const GROUPS = "root:x:0:\nlookers:x:1005:ada\n";
const there = {
  [READER]: { kind: "file", content: "", uid: 0, gid: 1005, mode: 0o755 },
  "/etc/group": GROUPS,
} as const;
const WORDS = ["status", "--json", "a b; id"];

function way(files: NonNullable<Parameters<typeof memorySystem>[0]>["files"], groups: readonly number[]) {
  return wayOfReaders(memorySystem({ ...(files === undefined ? {} : { files }) }), groups, "svc", WORDS);
}

describe("the way", () => {
  test("a member: sudo, with the same words", async () => {
    vi.stubEnv("NO_COLOR", undefined);
    expect(await way(there, [1000, 1005])).toEqual({ run: { argv: ["sudo", "-n", "--", READER, "svc", ...WORDS] } });
  });

  test("without colours, where the caller wants none", async () => {
    vi.stubEnv("NO_COLOR", "1");
    const argv = ["sudo", "-n", "--", READER, "svc", "--no-color", ...WORDS];
    expect(await way(there, [1005])).toEqual({ run: { argv } });
  });

  test.each<[string, Parameters<typeof way>[0], readonly number[], object | undefined]>([
    ["somebody else", there, [1000], { group: "lookers" }],
    ["a group that is nowhere named any more", { ...there, "/etc/group": "root:x:0:\n" }, [1000], undefined],
    ["the setting is not there", { "/etc/group": GROUPS }, [1005], undefined],
  ])("%s", async (_, files, groups, wanted) => expect(await way(files, groups)).toEqual(wanted));
});

test("flags are counted wherever they stand, and defaults are not", () => {
  const program = new Command("x").option("--config <file>").option("--service <name>").option("--no-color");
  const seen: (readonly string[])[] = [];
  program
    .command("look")
    .option("--by <what>", "", "key")
    .option("--json")
    .action((_, command: Command) => void seen.push(typedFlags(command)));
  program.parse(["node", "x", "--config", "a", "look", "--json"]);
  expect(seen).toEqual([["config", "json"]]);
});

describe("who is root only to look", () => {
  const asReader = (main: Parameters<typeof typed>[0], words: readonly string[]) =>
    typed((argv) => main([argv[0] ?? "", READER, ...argv.slice(2)]), words, 0);

  test.each([
    [svc, ["restart", "a"], "sudo svc restart a"],
    [svc, ["exec", "a", "--", "id"], "sudo svc exec a -- id"],
    [svc, ["status", "--ask"], "sudo svc status --ask"],
    [svc, ["shell", "a"], "sudo svc shell a"],
    [vllm, ["key", "show"], "sudo vllm-manage key show"],
    [opik, ["credentials"], "sudo opik-manage credentials"],
    [install, ["--yes"], "sudo install-quadlets --yes"],
    [
      install,
      ["verify", "--config", "/home/ada/stack.yaml"],
      "sudo install-quadlets verify --config /home/ada/stack.yaml",
    ],
    [install, ["--config", "x", "history"], "sudo install-quadlets --config x history"],
    [install, ["doctor", "--bundle", "/etc/x"], "sudo install-quadlets doctor --bundle /etc/x"],
    [install, ["secrets", "show", "a/b"], "sudo install-quadlets secrets show a/b"],
  ] as const)("%o %j is refused", async (main, words, hint) => {
    const { printed, said, code } = await asReader(main, words);
    expect(said).toBe(`error: this needs root: readers only look [needs-root]\nhint: ${hint}\n`);
    expect([printed, code]).toEqual(["", "exit 77"]);
  });

  test("and looks", async () => {
    // Nothing is installed here, which only who looks is told.
    expect((await asReader(svc, ["status"])).said).toContain("[nothing-installed]");
  });
});

test.each([[[]], [["__proto__"]], [["../svc"]], [["sh", "-c", "id"]]])("no program is %j", (words) => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  startReader(words);
  expect(process.exitCode).toBe(64);
  expect(String(said.mock.calls[0]?.[0])).toContain(READER);
});
