/** Each command of each program says what it may change, once, at the end of its help. */
import { afterEach, expect, test, vi } from "vitest";
import { main as gateway } from "../../src/cli/gateway-program.ts";
import { main as install } from "../../src/cli/install-program.ts";
import { main as opik } from "../../src/cli/opik-program.ts";
import { main as svc } from "../../src/cli/svc-program.ts";
import { main as vllm } from "../../src/cli/vllm-program.ts";

type Main = (argv: readonly string[]) => Promise<void>;

afterEach(() => vi.restoreAllMocks());

async function helpOf(main: Main, words: readonly string[]): Promise<string> {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await main(["node", "x", ...words, "--help"]);
  vi.restoreAllMocks();
  return text;
}

/** Its commands, as the help lists them; of a group, those within. */
async function leavesOf(main: Main, words: readonly string[] = []): Promise<readonly (readonly string[])[]> {
  const help = await helpOf(main, words);
  const [, list = ""] = help.split("\nCommands:\n");
  const names = [...(list.split("\n\n")[0] ?? "").matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name ?? "");
  if (names.length === 0) return [words];
  const all: (readonly string[])[] = [];
  for (const name of names.filter((one) => one !== "help")) all.push(...(await leavesOf(main, [...words, name])));
  return all;
}

test.each<[string, Main, number]>([
  ["install-quadlets", install, 25],
  ["svc", svc, 14],
  ["vllm-manage", vllm, 12],
  ["opik-manage", opik, 5],
  ["gateway-manage", gateway, 10],
])("%s", async (_, main, atLeast) => {
  const leaves = await leavesOf(main);
  expect(leaves.length).toBeGreaterThanOrEqual(atLeast);
  for (const words of leaves)
    expect((await helpOf(main, words)).match(/^Effect: .+/gm) ?? [], words.join(" ")).toHaveLength(1);
});

test.each([["verify"], ["history"], ["ports"], ["secrets", "list"]])("%j changes nothing", async (...words) => {
  expect(await helpOf(install, words)).toContain("\nEffect: read-only\n");
});
