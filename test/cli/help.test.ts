/** The help of each command of each program: what it is for, and an example before the options; each example can be typed. */
import { afterEach, expect, test, vi } from "vitest";
import { commandsOf, helpOf, PROGRAMS } from "../support/commands.ts";

afterEach(() => vi.restoreAllMocks());

function examplesIn(help: string): readonly string[] {
  const [, behind = ""] = help.split("\nExamples:\n");
  // A remark stands behind two spaces, or on a line of its own, further in.
  return [...(behind.split("\n\n")[0] ?? "").matchAll(/^ {2}(\S.*?)(?: {2,}.*)?$/gm)].map(
    ([, command]) => command ?? "",
  );
}

/** As the program gets it: without sudo, pipes, and what is behind "--". */
function withoutShell(example: string): string {
  const inner = example.replace(/^source <\((.*)\)$/, "$1").replace(/^sudo /, "");
  return inner.split(/ -- | \| | </)[0] ?? "";
}

test.each(Object.entries(PROGRAMS))("%s", async (program, main) => {
  const all = await commandsOf(main, "groups");
  expect(all).toContainEqual([]);
  for (const words of all) {
    const path = [program, ...words].join(" ");
    const help = await helpOf(main, words);
    expect(help.split("\n").slice(0, 15).join("\n"), path).toMatch(/\nExamples:\n {2}\S/);
    expect(help.indexOf("\nExamples:\n"), path).toBeLessThan(help.indexOf("\nOptions:\n"));
    expect(help.indexOf("\nEffect: "), path).toBeLessThan(help.indexOf("\nExamples:\n"));
    expect(await helpOf(main, words, ["-h"]), path).toBe(help);
    const typed = examplesIn(help).map(withoutShell);
    const own = path.replace(/ list$/, "");
    expect(
      typed.some((line) => line.startsWith(own)),
      path,
    ).toBe(true);
    for (const line of typed) {
      const used = all.filter((one) => line.startsWith([program, ...one].join(" "))).at(-1) ?? expect.fail(line);
      const known = await helpOf(main, used);
      for (const [flag] of line.matchAll(/(?<= )--?[a-z][a-z-]*/g)) expect(known, line).toContain(` ${flag}`);
    }
  }
});
