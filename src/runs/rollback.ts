/** The way back: which runs it is about, and taking their steps back. */

import { userError } from "../model/diagnostic.ts";
import type { Generation } from "../model/journal.ts";
import { readApplied } from "../record/applied.ts";
import { listGenerations, readUndos, writeGeneration } from "../record/generations.ts";
import type { Run } from "./run.ts";
import { toTheEnd } from "./stoppable.ts";
import { takeBack } from "./take-back.ts";
import { underLock } from "./under-lock.ts";

/** Takes back every run after `target`; without one, the last run. */
export async function rollback(run: Run, target: string | undefined, yes: boolean): Promise<void> {
  await underLock(run, "install-quadlets rollback", async () => {
    const { system, person } = run;
    const { files } = system;
    const runs = runsAfter(await listGenerations(files), target);
    for (const one of runs)
      person.print(`take back run ${one.number} (${one.started.slice(0, 19)}, ${one.who}): ${one.summary}`);
    const { packages } = await readApplied(files);
    if (packages.length > 0) person.print(`packages stay: ${packages.join(", ")}`);
    person.print("data and images stay; a later install-quadlets applies the present configuration again");
    if (!yes) await person.askYes("Take back?");
    const steps = await Promise.all(runs.map((one) => readUndos(files, one.number)));
    const left = await toTheEnd(system, person.complain, "rollback", () => takeBack(system, steps.flat()));
    for (const one of runs) await writeGeneration(files, { ...one, result: "undone" });
    if (left.length > 0) throw userError("still-differs", `taken back, but for:\n  ${left.join("\n  ")}`);
    person.print(`taken back: ${runs.map((one) => one.number).join(", ")}`);
  });
}

/** Of all runs, oldest first, those that still stand and began after `target`: a number, 0 for all; without one, the last. */
export function runsAfter(all: readonly Generation[], target: string | undefined): readonly Generation[] {
  const standing = all.filter((run) => run.result !== "undone" && run.result !== "taken back");
  const last = standing.at(-1);
  if (last === undefined) throw userError("does-not-apply", "there is no run to take back", "install-quadlets history");
  const number = target === undefined ? last.number - 1 : Number(target);
  const isKnown = number === 0 || all.some((run) => run.number === number);
  if (target !== undefined && !(/^\d+$/.test(target) && isKnown)) {
    throw userError("unknown-name", `there is no run ${target}`, "install-quadlets history lists them");
  }
  const runs = standing.filter((run) => run.number > number);
  if (runs.some((run) => run.what.startsWith("uninstall") && run.result !== "open")) {
    throw userError(
      "does-not-apply",
      "an uninstall cannot be taken back",
      "npx install-quadlets installs again, with the data that stayed",
    );
  }
  if (runs.length === 0) throw userError("does-not-apply", `no run after ${number} stands`, "install-quadlets history");
  return runs;
}
