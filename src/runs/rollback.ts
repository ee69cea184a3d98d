/** The way back: which runs it is about, and taking their steps back. */

import { dropSnapshots } from "../apply/snapshots.ts";
import { userError } from "../model/diagnostic.ts";
import { endOfWayBack, type Generation, isTakenBack } from "../model/journal.ts";
import { listGenerations } from "../record/generations.ts";
import { appliedTold } from "./applied-told.ts";
import type { Run } from "./run.ts";
import { toTheEnd } from "./stoppable.ts";
import { butFor } from "./take-back.ts";
import { isBetween, readRecords, takeRunsBack } from "./take-runs-back.ts";
import { underLock } from "./under-lock.ts";
import { wasCutOff } from "./ways-back.ts";

/** Takes back every run after `target`; without one, the last run. Those that were cut off on their way back are always among them. */
export async function rollback(run: Run, target: string | undefined, yes: boolean): Promise<void> {
  await underLock({ ...run, finishesWaysBack: true }, "install-quadlets rollback", async () => {
    const { system, person } = run;
    const { files } = system;
    const runs = runsAfter(await listGenerations(files), target);
    for (const one of runs) if (endOfWayBack(one) !== undefined) person.print(wasCutOff(one));
    for (const one of runs)
      person.print(`take back run ${one.number} (${one.started.slice(0, 19)}, ${one.who}): ${one.summary}`);
    const { packages } = await appliedTold(run);
    if (packages.length > 0) person.print(`packages stay: ${packages.join(", ")}`);
    person.print("data and images stay; a later install-quadlets applies the present configuration again");
    // A record that cannot be read says so before anybody is asked.
    const records = await readRecords(files, runs);
    if (!yes) await person.askYes("Take back?");
    const left = await toTheEnd(system, person.complain, "rollback", async () => {
      await dropCopiesOf(run, runs);
      return takeRunsBack(system, runs, records);
    });
    if (left.length > 0) {
      const hint = (await isBetween(system, runs))
        ? "mend that, and run it again: the data are put back then"
        : undefined;
      throw userError("still-differs", butFor(left), hint);
    }
    person.print(`taken back: ${runs.map((one) => one.number).join(", ")}`);
  });
}

/** A run that was well may have been cut off before it removed its copies. What was written since stays, as after any such run. */
async function dropCopiesOf({ system }: Pick<Run, "system">, runs: readonly Generation[]): Promise<void> {
  const well = new Set(runs.filter(({ result }) => result === "done").map(({ number }) => number));
  if (well.size === 0) return;
  const problems = await dropSnapshots(system, ({ run }) => well.has(run));
  if (problems.length > 0)
    throw userError("still-differs", problems.join("\n"), "nothing was taken back; run it again");
}

/** Of all runs, oldest first, those that still stand and began after `target`: a number, 0 for all; without one, the last. */
export function runsAfter(all: readonly Generation[], target: string | undefined): readonly Generation[] {
  const standing = all.filter((run) => !isTakenBack(run));
  const last = standing.at(-1);
  if (last === undefined) throw userError("does-not-apply", "there is no run to take back", "install-quadlets history");
  const cut = standing.find((run) => endOfWayBack(run) !== undefined)?.number ?? Number.POSITIVE_INFINITY;
  const asked = target === undefined ? last.number - 1 : Number(target);
  const number = Math.min(asked, cut - 1);
  const isKnown = asked === 0 || all.some((run) => run.number === asked);
  if (target !== undefined && !(/^\d+$/.test(target) && isKnown)) {
    throw userError("unknown-name", `there is no run ${target}`, "install-quadlets history lists them");
  }
  const runs = standing.filter((run) => run.number > number);
  if (runs.some((run) => run.what.startsWith("uninstall") && run.result !== "open" && run.result !== "undoing")) {
    throw userError(
      "does-not-apply",
      "an uninstall cannot be taken back",
      "npx install-quadlets installs again, with the data that stayed",
    );
  }
  if (runs.length === 0) throw userError("does-not-apply", `no run after ${number} stands`, "install-quadlets history");
  return runs;
}
