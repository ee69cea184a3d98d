/** Opens the journal of a run, and closes it when the run goes wrong. */

import type { AskSecond, TellWhy } from "../apply/context.ts";
import type { Reporter } from "../apply/reporter.ts";
import { Stopped, UserError, userError } from "../model/diagnostic.ts";
import { GENERATION_VERSION } from "../model/journal.ts";
import type { PlanAsJson } from "../model/plan-json.ts";
import type { DesiredFile } from "../model/resource.ts";
import { generationDirectory, listGenerations, writeJson } from "../record/generations.ts";
import { type Journal, openJournal } from "../record/journal.ts";
import { writeRendered } from "../record/rendered.ts";
import type { System } from "../system/interfaces.ts";
import { closeInterrupted } from "./close-interrupted.ts";
import { commandOf } from "./stoppable.ts";
import { butFor, takeBack } from "./take-back.ts";
import { isBetween } from "./take-runs-back.ts";

export interface RunOptions {
  /** For the history: who asked, with which version, for what. */
  readonly who: string;
  readonly tool: string;
  readonly what: string;
  /** Leave what was done when a step fails, instead of taking it back. */
  readonly keepGoing: boolean;
  /** The plan in a line, for the history, and as data, for hooks and for whoever asks later. */
  readonly summary: string;
  readonly told: PlanAsJson;
  /** Undefined for a run that looks at a part of the host only: what was cut off before is not its business. */
  readonly rendered: readonly DesiredFile[] | undefined;
  /** Of a second instance, before requests go to it; absent: it is asked nothing. */
  readonly askSecond?: AskSecond | undefined;
  /** Of a unit that does not come up; absent: its state and its raw lines are told. */
  readonly tellWhy?: TellWhy | undefined;
}

/** A run that was killed is continued by this one; both journals stay, so both can be taken back. */
export async function beginRun(system: System, options: RunOptions): Promise<Journal> {
  const { files, clock } = system;
  const earlier = await listGenerations(files);
  const number = (earlier.at(-1)?.number ?? 0) + 1;
  if (options.rendered !== undefined) {
    await closeInterrupted(system, earlier, "failed", `interrupted; continued by run ${number}`);
  }
  const journal = await openJournal(files, {
    version: GENERATION_VERSION,
    number,
    started: clock.now().toISOString(),
    ended: undefined,
    who: options.who,
    tool: options.tool,
    what: options.what,
    summary: options.summary,
    result: "open",
    error: undefined,
  });
  try {
    await writeJson(files, `${generationDirectory(number)}/plan.json`, options.told);
    if (options.rendered !== undefined) await writeRendered(files, number, options.rendered);
    return journal;
  } catch (error) {
    // Nothing is begun: there is nothing to take back, and nobody has to look for a run that was cut off.
    await journal.close("taken back", clock.now(), "nothing was begun").catch(() => undefined);
    throw error;
  }
}

/** Gives the error to throw: the first one, with what became of the steps before it. */
export async function endBadly(
  system: System,
  journal: Journal,
  reporter: Reporter,
  options: RunOptions,
  error: unknown,
): Promise<unknown> {
  const message = error instanceof Error ? error.message : String(error);
  const close = (result: "failed" | "taking back" | "taken back") =>
    journal.close(result, system.clock.now(), message.split("\n")[0]).catch(() => undefined);
  const hint = commandOf(options.what);
  if (options.keepGoing) {
    await close("failed");
    return extended(error, `what was done before it stays; ${hint.replace(/^sudo /, "")} goes on from there`, hint);
  }
  const why = error instanceof Stopped ? "stopped" : "failed";
  reporter.note(`${why}, taking back ${journal.steps().length} steps`);
  // A boot in between must not make it a run that goes on forwards: its copies of data would go with that.
  await close("taking back");
  const left = await takeBack(system, journal.steps());
  if (!(await isBetween(system, [{ number: journal.run }]))) await close("taken back");
  if (left.length === 0) return extended(error, `everything was taken back; ${whatStays(journal)}`, hint);
  return extended(error, butFor(left), hint);
}

/** Data that were copied came back, whatever other images had made of them. */
function whatStays(journal: Journal): string {
  const copied = journal.steps().some(({ kind }) => kind === "restore-snapshot");
  return copied ? "the data are those of before, and pulled images stay" : "data and pulled images stay";
}

/** Our own faults keep their stack; `again` is for who stopped it and thinks better of it. */
function extended(error: unknown, ending: string, again: string): unknown {
  if (error instanceof Stopped) return new Stopped(`${error.message}\n${ending}`, again);
  if (error instanceof UserError) return userError(error.code, `${error.message}\n${ending}`, error.hint);
  if (error instanceof Error) error.message = `${error.message}\n${ending}`;
  return error;
}
