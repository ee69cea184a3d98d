/** The small commands: what is typed wrong, and what needs root. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { main as opik } from "../../src/cli/opik-program.ts";
import { main as svc } from "../../src/cli/svc-program.ts";
import { typed } from "../support/typed.ts";

let said = "";
let printed = "";
let ended = "";

async function type(
  main: (argv: readonly string[]) => Promise<void>,
  words: readonly string[],
  uid = 0,
): Promise<void> {
  ({ said, printed, code: ended } = await typed(main, words, uid));
}

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe("without root it says what to type", () => {
  test.each([
    [svc, ["status", "vllm-qwen"], "sudo svc status vllm-qwen"],
    [svc, ["status"], "sudo svc status"],
    [svc, ["logs", "-n", "5", "a b"], "sudo svc logs -n 5 'a b'"],
    [svc, ["exec", "opik-redis", "--", "redis-cli", "info"], "sudo svc exec opik-redis -- redis-cli info"],
    [svc, ["where", "opik"], "sudo svc where opik"],
    [svc, ["versions"], "sudo svc versions"],
    [opik, ["mysql-shell"], "sudo opik-manage mysql-shell"],
    [opik, ["health", "--json"], "sudo opik-manage health --json"],
  ])("%o %j", async (main, words, hint) => {
    await type(main, words, 1000);
    expect(said).toBe(`error: this needs root: it talks to the managers of other users [needs-root]\nhint: ${hint}\n`);
    expect(ended).toBe("exit 77");
    if (!words.includes("--json")) return expect(printed).toBe("");
    const what = "this needs root: it talks to the managers of other users";
    expect(JSON.parse(printed)).toEqual({ version: 1, errors: [{ code: "needs-root", what, hint }] });
  });
});

test.each([
  [svc, ["staus"], "Did you mean status?"],
  [svc, ["exec", "opik-redis"], "missing required argument 'command'"],
  [svc, ["shell", "a", "b"], "too many arguments for 'shell'"],
  [svc, ["completion", "tcsh"], "bash, zsh and fish are known"],
  [opik, ["helth"], "Did you mean health?"],
])("%o %j", async (main, words, says) => {
  await type(main, words, 1000);
  expect(said).toContain(says);
  expect(["", "exit 1"]).toContain(ended);
  if (ended === "") expect(process.exitCode).toBe(64);
});
