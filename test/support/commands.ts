/** Every command of the five programs, as their help lists them. */
import { vi } from "vitest";
import { main as gateway } from "../../src/cli/gateway-program.ts";
import { main as install } from "../../src/cli/install-program.ts";
import { main as opik } from "../../src/cli/opik-program.ts";
import { main as svc } from "../../src/cli/svc-program.ts";
import { main as vllm } from "../../src/cli/vllm-program.ts";

type Main = (argv: readonly string[]) => Promise<void>;

export const PROGRAMS: Readonly<Record<string, Main>> = {
  "install-quadlets": install,
  svc,
  "vllm-manage": vllm,
  "opik-manage": opik,
  "gateway-manage": gateway,
};

/** A file that uses it restores all mocks after each test. */
export async function helpOf(
  main: Main,
  words: readonly string[],
  flag: readonly string[] = ["--help"],
): Promise<string> {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await main(["node", "x", ...words, ...flag]);
  vi.restoreAllMocks();
  return text;
}

/** Of a group, those within; with `groups` itself as well, and the program, too. */
export async function commandsOf(
  main: Main,
  groups: "groups" | "leaves",
  words: readonly string[] = [],
): Promise<readonly (readonly string[])[]> {
  const help = await helpOf(main, words);
  const [, list = ""] = help.split("\nCommands:\n");
  const names = [...(list.split("\n\n")[0] ?? "").matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name ?? "");
  if (names.length === 0) return [words];
  const all: (readonly string[])[] = groups === "groups" ? [words] : [];
  for (const name of names.filter((one) => one !== "help"))
    all.push(...(await commandsOf(main, groups, [...words, name])));
  return all;
}
