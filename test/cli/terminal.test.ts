/** The terminal of `svc dash`, on a real one: `script` of util-linux gives the program a pseudo-terminal. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cut } from "../../src/cli/terminal.ts";

const directory = mkdtempSync(join(tmpdir(), "terminal-"));
const program = join(directory, "program.cjs");

beforeAll(async () => {
  const contents = `
    import { openTerminal } from "./src/cli/terminal.ts";
    const terminal = openTerminal({ input: process.stdin, output: process.stdout }, ({ name, ctrl }) => {
      terminal.draw(["one", "模型 " + (ctrl ? "ctrl-" : "") + name]);
      if (name === "q") { terminal.close(); terminal.close(); terminal.draw(["late"]); process.exit(3); }
    });
    terminal.draw(["one", "two"]);`;
  const stdin = { contents, resolveDir: ".", loader: "ts" } as const;
  await build({ stdin, outfile: program, bundle: true, platform: "node", format: "cjs", target: "node20.19" });
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Each key is pressed once what stands before it was drawn. */
async function session(steps: readonly (readonly [drawn: string, key: string])[]): Promise<string> {
  const argv = ["-qec", `stty rows 24 cols 80; exec ${process.execPath} ${program}`, "/dev/null"];
  const child = spawn("script", argv, {
    env: { PATH: process.env["PATH"], TERM: "xterm" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const left = [...steps];
  let seen = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    seen += chunk;
    if (left[0] !== undefined && seen.includes(left[0][0])) child.stdin.write(left.shift()?.[1] ?? "");
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(code).toBe(3);
  return seen;
}

test("it takes another screen and every key, and gives all back, once", async () => {
  const seen = await session([
    ["two", "\u001b[A"],
    ["模型 up", "\u0003"],
    ["模型 ctrl-c", "q"],
  ]);
  expect(seen.startsWith("\u001b[?1049h\u001b[?25l")).toBe(true);
  expect(seen.endsWith("\u001b[?25h\u001b[?1049l")).toBe(true);
  expect(seen).not.toContain("late");
  // What has not changed is not drawn again: over ssh that is what is seen.
  expect(seen.split("one")).toHaveLength(2);
});

describe("a line is cut to columns", () => {
  test.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "abc"],
    ["模型x", 3, "模"],
    ["模型x", 4, "模型"],
    ["e\u0301e\u0301", 1, "e\u0301"],
    ["👩‍👩‍👧x", 2, "👩‍👩‍👧"],
    ["x", 0, ""],
  ])("%s to %d", (text, columns, expected) => {
    expect(cut(text, columns)).toBe(expected);
  });
});
