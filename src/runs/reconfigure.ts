/** Other settings of one service, as a run of its own: tried first, written into stack.yaml once a token came, taken back otherwise. */
import { isUp, readStates } from "../apps/control.ts";
import { findTarget, readIndex } from "../apps/service-index.ts";
import type { Sources } from "../config/load.ts";
import { gatherGpus } from "../facts/gpus.ts";
import { fitText } from "../fit/describe.ts";
import { judgeFit } from "../fit/judge.ts";
import type { Known } from "../fit/known.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import { isTakenBack } from "../model/journal.ts";
import type { Service } from "../model/service.ts";
import { textDiff } from "../plan/format.ts";
import { listGenerations } from "../record/generations.ts";
import type { System } from "../system/interfaces.ts";
import { readOnly } from "../system/read-only.ts";
import { carryOut, type InstallRun } from "./carry-out.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { Outcome } from "./run.ts";
import { refuseUnsettled, withoutDownUnits } from "./settled.ts";
import { butFor } from "./take-back.ts";
import { readRecords, takeRunsBack } from "./take-runs-back.ts";
import { underLock } from "./under-lock.ts";
import { writeSiteFile } from "./write-site-file.ts";

export interface Reconfiguration {
  readonly service: string;
  readonly directory: string;
  /** In that directory. */
  readonly file: string;
  /** The text of the file with other settings in it. */
  edit(text: string, sources: Sources): string;
  readonly known: Known;
  /** Also where the arithmetic says that it cannot fit. */
  readonly force: boolean;
}

export function reconfigure(run: InstallRun, wanted: Reconfiguration): Promise<Outcome> {
  return underLock(run, `vllm-manage reconfigure ${wanted.service}`, async () => {
    const { system, person } = run;
    const path = `${wanted.directory}/${wanted.file}`;
    const before = (await system.files.read(path)) ?? "";
    const now = await prepare(run, run.readSources());
    // A model that is down for its settings is what other ones mend.
    refuseUnsettled(now.plan, "settings are changed on their own");
    const after = wanted.edit(before, run.readSources());
    if (after === before) {
      person.print(`nothing to do: ${path} says that already`);
      return "done";
    }
    const trial: InstallRun = {
      ...run,
      what: `reconfigure ${wanted.service}`,
      // Another model that is down, and stays down, would take this one back with it.
      part: withoutDownUnits,
      readSources: () => withText(run.readSources(), path, before, after),
    };
    const prepared = await prepare(trial, trial.readSources());
    person.print(`${textDiff(path, before, after)}\n`);
    await refuseWhatCannotFit(run, wanted, now, prepared);
    const standing = (await listGenerations(system.files)).at(-1)?.number ?? 0;
    try {
      const outcome = await carryOut(trial, prepared);
      if (outcome === "pending") return outcome;
      await writeSiteFile(system, wanted.directory, path, after);
      if (await isAsleep(system, wanted.service)) {
        person.print(
          `${wanted.service} is asleep, so nobody asked it: sudo svc start ${wanted.service} --swap tries it`,
        );
      }
      return outcome;
    } catch (error) {
      throw await goBack(run, standing, path, error);
    }
  });
}

/** As it will be, once it works: a run that is killed half-way is taken back by the next one, because the file is still as it was. */
function withText(sources: Sources, path: string, before: string, after: string): Sources {
  const own = sources.stack.find(({ file }) => file === path);
  if ((own?.text ?? "") !== before) {
    throw userError("plan-differs", `${path} changed meanwhile; nothing was done`, "look at it, and type it again");
  }
  return { ...sources, stack: [...sources.stack.filter((one) => one !== own), { file: path, text: after }] };
}

async function refuseWhatCannotFit(
  { system, person }: InstallRun,
  { service: name, known, force }: Reconfiguration,
  now: Prepared,
  then: Prepared,
): Promise<void> {
  const [before, after] = [now, then].map(({ stack }) => stack.services.find((service) => service.name === name));
  const ask = after?.engine?.fit;
  if (ask === undefined || JSON.stringify(asked(before)) === JSON.stringify(asked(after))) return;
  const { gpus } = await gatherGpus(readOnly(system));
  const judged = judgeFit(known, ask, after?.gpu?.devices ?? [], gpus);
  if ("unknown" in judged) return person.print(`whether it fits is not known: ${judged.unknown}\n`);
  if (judged.fit.fits || force) return person.print(`${fitText(judged.fit)}\n`);
  throw userError(
    "does-not-fit",
    fitText(judged.fit),
    "nothing was changed; --force tries it all the same, and goes back where no token comes",
  );
}

/** Cards are part of it: another one may be smaller. */
function asked(service: Service | undefined): unknown {
  return [service?.engine?.fit, service?.gpu?.devices];
}

async function isAsleep(system: System, name: string): Promise<boolean> {
  const { service, units } = findTarget(await readIndex(system), name);
  if (service.swap === undefined && service.idle === undefined) return false;
  return !(await readStates(system, [{ service, units }])).some(isUp);
}

/** A run that failed has taken itself back; one that stands and gave no token is taken back here. */
async function goBack(
  { system, person }: InstallRun,
  standing: number,
  path: string,
  error: unknown,
): Promise<unknown> {
  const generations = await listGenerations(system.files);
  const runs = generations.filter((one) => one.number > standing && !isTakenBack(one));
  if (runs.length === 0) return error;
  person.reporter.note("it does not work, going back");
  const left = await takeRunsBack(system, runs, await readRecords(system.files, runs));
  const message = error instanceof Error ? error.message : String(error);
  const ending = left.length === 0 ? "everything was taken back" : butFor(left);
  const hint = error instanceof UserError ? error.hint : undefined;
  return userError(
    error instanceof UserError ? error.code : "failed",
    `${message}\n${ending}; ${path} is as it was`,
    hint,
  );
}
