/** The way back: which runs it is about, and taking their steps back. */

import type { Change } from "../model/change.ts";
import { userError } from "../model/diagnostic.ts";
import type { Generation } from "../model/journal.ts";
import { visible } from "../model/visible.ts";
import { isKnown } from "../plan/kinds/all.ts";
import { readApplied } from "../record/applied.ts";
import { generationDirectory, listGenerations, readUndos, writeGeneration } from "../record/generations.ts";
import type { Files } from "../system/interfaces.ts";
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
    const steps = await Promise.all(runs.map(({ number }) => readSteps(files, number)));
    if (!yes) await person.askYes("Take back?");
    const left = await toTheEnd(system, person.complain, "rollback", () => takeBack(system, steps.flat()));
    for (const one of runs) await writeGeneration(files, { ...one, result: "undone" });
    if (left.length > 0) throw userError("still-differs", `taken back, but for:\n  ${left.join("\n  ")}`);
    person.print(`taken back: ${runs.map((one) => one.number).join(", ")}`);
  });
}

/** Before anybody is asked: taken back in part, or as something else, a run would be neither here nor there. */
async function readSteps(files: Files, number: number): Promise<readonly Change[]> {
  const steps = await readUndos(files, number);
  const strange = steps.find((change) => !isKnown(change));
  if (strange === undefined) return steps;
  throw userError(
    "record-damaged",
    `${generationDirectory(number)}: has a step of the kind ${visible(strange.kind)}, which this program does not know; nothing was changed`,
    "sudo install-quadlets brings the host to what is configured",
  );
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
