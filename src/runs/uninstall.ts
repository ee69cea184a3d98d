/** The same way from facts to plan to apply, towards an empty host. */
import { Stopped, userError } from "../model/diagnostic.ts";
import { next } from "../model/next.ts";
import { type Depth, type Plan, type Step, stepsOf } from "../model/plan.ts";
import { applyNow } from "./apply-now.ts";
import { cutOff, finishCut } from "./finish-cut.ts";
import { type Prepared, prepareRemoval } from "./prepare.ts";
import type { Outcome, Run } from "./run.ts";
import { refuseOther } from "./same-plan.ts";
import { untilStopped } from "./stoppable.ts";
import { underLock } from "./under-lock.ts";
import { finishWaysBack } from "./ways-back.ts";

export interface UninstallRun extends Run {
  readonly depth: Depth;
  readonly dryRun: boolean;
  /** Says nothing about data: that has a word of its own. */
  readonly yes: boolean;
  readonly yesDeleteData: boolean;
}

/** From the start of apply on nothing more is loaded: this program may be about to remove itself. */
export function uninstall(run: UninstallRun): Promise<Outcome> {
  return underLock({ ...run, finishesWaysBack: true }, "install-quadlets uninstall", async () => {
    const { system, person, depth } = run;
    // Data that stay are those of one version. What cannot be put back is named, and does not stand in the way of going.
    if (!run.dryRun)
      await finishWaysBack(run).catch((error: unknown) =>
        person.complain(error instanceof Error ? error.message : String(error)),
      );
    const prepared = await look(run, "stopped while it looked what there is to remove; none of it was done");
    const { plan } = prepared;
    await person.show(plan);
    if (stepsOf(plan).length > 0 && run.dryRun) return "pending";
    if (stepsOf(plan).length === 0) {
      if (!run.dryRun) await finishCut(run, plan, await cutOff(system));
      return "done";
    }
    await confirm(run, plan);
    // Half removed is not worth restoring: run again, it goes on.
    await applyNow(run, prepared, { what: commandOf(depth), keepGoing: true });
    await verifyAfter(run);
    return "done";
  });
}

function commandOf(depth: Depth): string {
  return { keep: "uninstall", images: "uninstall --purge-images", all: "uninstall --purge" }[depth];
}

function look({ system, depth }: UninstallRun, said: string): Promise<Omit<Prepared, "stack">> {
  return untilStopped(system, new Stopped(said), () => prepareRemoval(system, depth));
}

async function confirm(run: UninstallRun, shown: Plan): Promise<void> {
  const { system, person, depth, yes, yesDeleteData } = run;
  if (depth === "all") {
    if (yesDeleteData) return;
    const name = system.host.hostname();
    await person.askName(
      `All data of all services is deleted. Type the name of this host (${name}) to go on: `,
      name,
      "--yes-delete-data",
    );
  } else {
    if (yes) return;
    await person.askYes("Remove this?");
  }
  const again = await look(run, "stopped while it looked once more; nothing was removed");
  refuseOther(shown, again.plan, "the host");
}

/** An image that a person's container uses stays, and was named. */
const mayStay = ({ change }: Step): boolean => change.kind === "remove-image";

async function verifyAfter(run: UninstallRun): Promise<void> {
  const { person, depth } = run;
  const { plan } = await look(run, "what was to go is gone; it was stopped before it had looked");
  const left = stepsOf(plan).filter((planned) => !mayStay(planned));
  if (left.length > 0) {
    const lines = left.map((planned) => `  ${planned.summary}`);
    throw userError(
      "still-differs",
      `still there:\n${lines.join("\n")}`,
      `run install-quadlets ${commandOf(depth)} again`,
    );
  }
  if (depth === "all") return person.print("removed: this host is as if install-quadlets had never been here");
  person.print("removed");
  person.print(next("uninstall"));
}
