/** Ctrl-C as the kernel sends it: to a program of its own, with commands that run meanwhile. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "signals-"));
const program = join(folder, "program.mjs");
const met = join(folder, "met.mjs");
afterAll(() => rmSync(folder, { recursive: true }));

/** One command that takes until it is told, and one that may be ended. */
const SOURCE = `
import { RealRunner } from "./src/system/runner.ts";
import { realSignals } from "./src/system/signals.ts";
const held = realSignals.hold(() => console.log("first"), process.argv[3]);
const runner = new RealRunner();
const whole = runner.run({ argv: ["sh", "-c", "echo began; read line < " + process.argv[2] + "; echo whole"] }, (line) => console.log(line)).catch((error) => console.log(error.message));
const short = runner.run({ argv: ["sleep", "60"], mayEnd: true }).catch((error) => console.log(error.message));
await Promise.all([whole, short]);
held.release();
console.log("end", held.asked());
`;

async function bundle(contents: string, outfile: string): Promise<void> {
  const stdin = { contents, resolveDir: process.cwd(), loader: "ts" as const };
  await build({ stdin, outfile, bundle: true, format: "esm", platform: "node" });
}

beforeAll(async () => {
  await bundle(SOURCE, program);
  await bundle(MET, met);
});

async function start(
  name: string,
  ...more: readonly string[]
): Promise<{ child: ChildProcess; fifo: string; said: () => string }> {
  const fifo = join(folder, name);
  await new Promise((resolve) => spawn("mkfifo", [fifo]).once("close", resolve));
  const child = spawn(process.execPath, [program, fifo, ...more], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += String(chunk);
  });
  await expect.poll(() => text, { timeout: 60_000 }).toContain("began");
  return { child, fifo, said: () => text };
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) =>
    child.exitCode === null ? child.once("exit", resolve) : resolve(child.exitCode),
  );

test("the first one is told at once, ends what may be ended, and leaves the rest to come to its end", async () => {
  const { child, fifo, said } = await start("one");
  // As npm does it: the terminal's, and once more its own.
  child.kill("SIGINT");
  child.kill("SIGTERM");
  await expect.poll(said, { timeout: 60_000 }).toContain("killed by SIGTERM: sleep 60");
  expect(said()).toContain("first\n");
  expect(said()).not.toContain("whole");
  spawn("sh", ["-c", `echo > ${fifo}`]);
  expect(await ended(child)).toBe(0);
  expect(said().match(/first/g)).toHaveLength(1);
  expect(said()).toMatch(/whole\nend true\n$/);
}, 120_000);

test("a second one ends it, wherever it is", async () => {
  const { child, said } = await start("two");
  child.kill("SIGINT");
  await expect.poll(said, { timeout: 60_000 }).toContain("first");
  await new Promise((resolve) => setTimeout(resolve, 400));
  child.kill("SIGINT");
  expect(await ended(child)).toBe(130);
  expect(said()).not.toContain("whole");
}, 120_000);

test("where all commands are to end, the first one ends them", async () => {
  const { child, said } = await start("three", "all");
  child.kill("SIGINT");
  expect(await ended(child)).toBe(0);
  expect(said().match(/killed by SIGTERM/g)).toHaveLength(2);
  expect(said()).toMatch(/first\n/);
  expect(said()).toMatch(/end true\n$/);
}, 120_000);

/** Ends itself as a Ctrl-C would that meets it before it leads a group of its own; the second time it comes to its end. */
const MET = `
import { RealRunner } from "./src/system/runner.ts";
import { realSignals } from "./src/system/signals.ts";
const [, , begun, said, mayEnd] = process.argv;
const script = 'echo >> "$1"; [ "$(wc -l < "$1")" = 1 ] || { echo whole; exit; }; ' + said + 'kill -INT $$';
const held = realSignals.hold(() => undefined);
const run = new RealRunner().run({ argv: ["sh", "-c", script, "sh", begun], mayEnd: mayEnd === "yes" });
console.log(await run.then(({ stdout }) => stdout, (error) => error.message));
held.release();
`;

test.each([
  ["what a Ctrl-C met before it began is begun again, where it is kept from it", "", "no", /^whole\n/],
  ["what had said something is not done twice", "echo half; ", "no", /^killed by SIGINT: sh.*\n {2}half\n/],
  ["what may be ended is", "", "yes", /^killed by SIGINT: sh/],
])(
  "%s",
  async (name, first, mayEnd, said) => {
    const met = join(folder, "met.mjs");
    const stdin = { contents: MET, resolveDir: process.cwd(), loader: "ts" as const };
    await build({ stdin, outfile: met, bundle: true, format: "esm", platform: "node" });
    const argv = [met, join(folder, name.replaceAll(" ", "-")), first, mayEnd];
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += String(chunk);
    });
    expect(await ended(child)).toBe(0);
    expect(text).toMatch(said);
  },
  120_000,
);
