/** Ctrl-C while a command looks: each of those that only read ends at once and says so, whatever it waits for. */
import type { Command } from "commander";
import { afterEach, expect, test, vi } from "vitest";
import { effectOf, looksFirst } from "../../src/cli/effects.ts";
import { makeProgram as gateway } from "../../src/cli/gateway-program.ts";
import { makeProgram as install } from "../../src/cli/install-program.ts";
import { makeProgram as opik } from "../../src/cli/opik-program.ts";
import { run } from "../../src/cli/run.ts";
import { makeProgram as svc } from "../../src/cli/svc-program.ts";
import { makeProgram as vllm } from "../../src/cli/vllm-program.ts";
import type { Held } from "../../src/system/interfaces.ts";
import { realSignals } from "../../src/system/signals.ts";

afterEach(() => vi.restoreAllMocks());

function leavesOf(command: Command, path: readonly string[] = []): readonly (readonly [string, readonly string[]])[] {
  if (command.commands.length > 0) return command.commands.flatMap((next) => leavesOf(next, [...path, next.name()]));
  return [[path.join(" "), path]];
}

async function commands(): Promise<readonly (readonly [string, string, readonly string[], string])[]> {
  const programs = [install(), svc(), await vllm(), await opik(), await gateway()];
  return programs.flatMap((program) =>
    leavesOf(program).map(([path, words]) => {
      const effect = effectOf(program.name(), path) ?? "";
      return [program.name(), path, words, effect] as const;
    }),
  );
}

const MAKERS: Readonly<Record<string, () => Command | Promise<Command>>> = {
  "install-quadlets": install,
  svc,
  "vllm-manage": vllm,
  "opik-manage": opik,
  "gateway-manage": gateway,
};

function find(program: Command, words: readonly string[]): Command {
  const [first, ...rest] = words;
  const next = program.commands.find((one) => one.name() === first);
  return next === undefined ? program : find(next, rest);
}

/** What a command cannot do without. */
function typedFor(command: Command): readonly string[] {
  const given = command.registeredArguments.flatMap(({ required, argChoices }) =>
    required ? [argChoices?.[0] ?? "1"] : [],
  );
  const flags = command.options.flatMap(({ mandatory, long }) => (mandatory && long != null ? [long, "1"] : []));
  return [...given, ...flags];
}

/** The command hangs, and Ctrl-C comes; undefined where nobody of ours hears it. */
async function interrupted(
  name: string,
  words: readonly string[],
  during: () => void = () => undefined,
  flags: readonly string[] = [],
) {
  const program = (await MAKERS[name]?.()) ?? expect.fail(name);
  const command = find(program, words);
  const began = new Promise<void>((resolve) => {
    command.action(() => {
      resolve();
      return new Promise(() => undefined);
    });
  });
  let said = "";
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const left = new Promise<number>((resolve) => {
    vi.spyOn(process, "exit").mockImplementation(((code: number) => resolve(code)) as unknown as typeof process.exit);
  });
  const others = process.listeners("SIGINT");
  void run(program, ["node", name, ...words, ...typedFor(command), ...flags]);
  await began;
  during();
  const ours = process.listeners("SIGINT").filter((hear) => !others.includes(hear));
  for (const hear of ours) hear("SIGINT");
  const code =
    ours.length === 0
      ? undefined
      : await Promise.race([left, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 50))]);
  for (const hear of ours) for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, hear);
  return { said, code };
}

const all = (await commands()).filter(([, path]) => path !== "help");
const reading = all.filter(([, , , effect]) => effect.startsWith("read-only"));

test("there are such commands in each program", () => {
  expect(new Set(reading.map(([program]) => program)).size).toBe(5);
  expect(reading.length).toBeGreaterThan(35);
});

test.each(reading)("%s %s", async (program, _, words) => {
  const { said, code } = await interrupted(program, words);
  expect(said).toBe("stopped while it looked; the host is as it was\n");
  expect(code).toBe(130);
});

const NAMING: Readonly<Record<string, readonly string[]>> = {
  plan: ["--out", "a.json"],
  check: ["--fix", "a.container"],
  doctor: ["--bundle", "a.tar"],
};

test.each(reading.filter(([, , , effect]) => effect !== "read-only"))(
  "%s %s where a file was named",
  async (program, path, words) => {
    const { said, code } = await interrupted(program, words, undefined, NAMING[path]);
    const file = ", but for a file that was named, which may be written already";
    expect(said).toBe(`stopped while it looked; the host is as it was${file}\n`);
    expect(code).toBe(130);
  },
);

const first = all.filter(([program, path]) => looksFirst(program, path));

test("there are commands that look before they change something", () => expect(first.length).toBe(5));

test.each(first)(
  "%s %s looks first, and ends with a sentence until somebody holds signals",
  async (program, _, words) => {
    expect(await interrupted(program, words)).toEqual({
      said: "stopped while it looked; the host is as it was\n",
      code: 130,
    });
    // From then on something may have changed, and what holds them has said what.
    const after = await interrupted(program, words, () => realSignals.hold(() => undefined).release());
    expect(after).toEqual({ said: "", code: undefined });
  },
);

const changing = all.filter(
  ([program, path, , effect]) => !effect.startsWith("read-only") && !looksFirst(program, path),
);

test.each(changing)("%s %s changes something, and is not left like that", async (program, _, words) => {
  expect(await interrupted(program, words)).toEqual({ said: "", code: undefined });
});

test("whoever holds signals speaks alone", async () => {
  const heard: string[] = [];
  let held: Held | undefined;
  const { said, code } = await interrupted("install-quadlets", ["verify"], () => {
    held = realSignals.hold(() => heard.push("its own"), "all");
  });
  held?.release();
  expect([heard, said, code]).toEqual([["its own"], "", undefined]);
});
