/** `install-quadlets history`, `diff` and `rollback`: the runs that changed something, and the way back. */
import { generationDirectory, listGenerations, readUndos, writeGeneration } from "../apply/generations.ts";
import { takeBack } from "../apply/take-back.ts";
import { UserError } from "../model/diagnostic.ts";
import type { Generation } from "../model/journal.ts";
import { textDiff } from "../plan/format.ts";
import type { System } from "../system/interfaces.ts";
import { takeLock } from "../system/lock.ts";
import { makeSystem } from "../system/real.ts";
import { askYes } from "./ask.ts";
import { print, printJson, table } from "./output.ts";

export async function history(options: { readonly json?: boolean }): Promise<void> {
  const generations = await listGenerations(rootSystem().files);
  if (options.json === true) return printJson({ version: 1, runs: generations });
  if (generations.length === 0) return print("nothing was changed on this host yet");
  const rows = generations.map((g) => [
    String(g.number),
    g.started.slice(0, 19),
    g.who,
    g.tool,
    g.what,
    g.result,
    g.summary,
  ]);
  print(table([["RUN", "STARTED (UTC)", "WHO", "VERSION", "WHAT", "RESULT", "PLAN"], ...rows]));
}

interface Rendered {
  readonly path: string;
  readonly content: string;
}

/** What the two runs rendered; files that only one of them has are shown whole. */
export async function diff(from: string, to: string): Promise<void> {
  const { files } = rootSystem();
  const [before, after] = await Promise.all([from, to].map((number) => readRendered(files, number)));
  const paths = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  for (const path of [...paths].sort()) {
    const patch = textDiff(path, before?.get(path) ?? "", after?.get(path) ?? "");
    if (patch !== "") print(patch);
  }
}

async function readRendered(files: System["files"], number: string): Promise<ReadonlyMap<string, string>> {
  const text = await files.read(`${generationDirectory(Number(number))}/files.json`);
  if (text === undefined) throw new UserError(`there is no run ${number}`, "install-quadlets history lists them");
  return new Map((JSON.parse(text) as readonly Rendered[]).map(({ path, content }) => [path, content]));
}

/** Takes back every run after `target`; without one, the last run. */
export async function rollback(target: string | undefined, options: { readonly yes?: boolean }): Promise<void> {
  const system = rootSystem();
  const lock = takeLock("install-quadlets rollback");
  try {
    const runs = await runsAfter(system, target);
    for (const run of runs)
      print(`take back run ${run.number} (${run.started.slice(0, 19)}, ${run.who}): ${run.summary}`);
    print("data and images stay; a later install-quadlets applies the present configuration again");
    if (options.yes !== true) await askYes("Take back?");
    const steps = await Promise.all(runs.map((run) => readUndos(system.files, run.number)));
    const left = await takeBack(system, steps.flat());
    for (const run of runs) await writeGeneration(system.files, { ...run, result: "undone" });
    if (left.length > 0) throw new UserError(`taken back, but for:\n  ${left.join("\n  ")}`);
    print(`taken back: ${runs.map((run) => run.number).join(", ")}`);
  } finally {
    lock.release();
  }
}

async function runsAfter(system: System, target: string | undefined): Promise<readonly Generation[]> {
  const all = await listGenerations(system.files);
  const standing = all.filter((run) => run.result !== "undone" && run.result !== "taken back");
  const last = standing.at(-1);
  if (last === undefined) throw new UserError("there is no run to take back", "install-quadlets history");
  const number = target === undefined ? last.number - 1 : Number(target);
  if (
    !Number.isInteger(number) ||
    (number !== 0 && target !== undefined && !all.some((run) => run.number === number))
  ) {
    throw new UserError(`there is no run ${target}`, "install-quadlets history lists them");
  }
  const runs = standing.filter((run) => run.number > number);
  if (runs.some((run) => run.what.startsWith("uninstall") && run.result !== "open")) {
    throw new UserError(
      "an uninstall cannot be taken back",
      "npx install-quadlets installs again, with the data that stayed",
    );
  }
  if (runs.length === 0) throw new UserError(`no run after ${number} stands`, "install-quadlets history");
  return runs;
}

function rootSystem(): System {
  const system = makeSystem();
  if (system.host.effectiveUid() !== 0) throw new UserError("this needs root", "run it with sudo");
  return system;
}
