/** Replaces a unit while a second instance of it serves: what is asked through the proxy meanwhile does not fail. */
import { asUser } from "../commands/accounts.ts";
import { reloadManager } from "../commands/systemd.ts";
import type { Of } from "../model/change.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { SideBySide } from "../model/twin.ts";
import { keepTwin } from "../record/twins.ts";
import { type ApplyContext, refuseStopped, type StepOf } from "./context.ts";
import { endTwin } from "./end-twin.ts";
import { lead } from "./lead.ts";
import { statesOf } from "./unit-states.ts";

/** Starts or restarts units, and returns when they are up. Throws a UserError with the reason otherwise. */
type BringUp = (context: ApplyContext, steps: readonly StepOf<"unit">[]) => Promise<void>;

/** Where the second one does not come up, or is no use, the first goes on as it was: it was never touched. */
export async function replaceUnit(
  context: ApplyContext,
  step: StepOf<"unit">,
  beside: SideBySide,
  bringUp: BringUp,
): Promise<void> {
  const { change } = step;
  const plain = { ...context.system, files: context.vault };
  const [first, second] = await statesOf(plain, change.account, [change.unit, beside.twin.unit]);
  // Only on the way back: it still runs with what it had.
  const stands = first?.active === "active" && first.since === beside.since;
  if (!stands) {
    const serves = second?.active === "active" || (await begin(context, step, beside, bringUp));
    if (serves) await leadRound(context, step, beside);
    // Where this fails, the second one serves on: the way back begins with it.
    await bringUp(context, [step]);
  } else context.reporter.done(step);
  const left = await endTwin(plain, beside.twin);
  if (left !== undefined) context.reporter.note(`${left}; the next run of install-quadlets ends it`);
}

/** Returns whether it serves. */
async function begin(
  context: ApplyContext,
  step: StepOf<"unit">,
  { twin, content }: SideBySide,
  bringUp: BringUp,
): Promise<boolean> {
  if (content === undefined) return false;
  const { account, unit, path } = twin;
  const plain = { ...context.system, files: context.vault };
  await keepTwin(context.vault, twin);
  try {
    await context.vault.write(path, content, { mode: 0o644, uid: 0, gid: 0 });
    await context.system.runner.run(asUser(account, reloadManager("user")));
    const quiet = { ...context.reporter, done: () => undefined };
    await bringUp({ ...context, reporter: quiet, goesOn: false }, [{ ...step, change: startOf(step.change, unit) }]);
    await context.askSecond?.(step.change);
    refuseStopped(context);
    return true;
  } catch (error) {
    await endTwin(plain, twin);
    // What is put back has to run, with or without an interruption.
    if (context.goesOn) return false;
    throw refused(error, step.change.plainName);
  }
}

function startOf(first: Of<"unit">, unit: Of<"unit">["unit"]): Of<"unit"> {
  const { account, startTimeoutSeconds, stopTimeoutSeconds, health } = first;
  const plainName = unit.replace(/\.service$/, "");
  const own = health && { container: plainName };
  return {
    kind: "unit",
    account,
    unit,
    plainName,
    verb: "start",
    startTimeoutSeconds,
    stopTimeoutSeconds,
    health: own,
  };
}

function refused(error: unknown, plainName: string): unknown {
  if (!(error instanceof UserError)) return error;
  const { code, message } = error;
  if (code !== "unit-failed" && code !== "no-token") return error;
  const what = code === "no-token" ? "does not answer as it does" : "did not come up";
  const stands = `${plainName} runs on as it was: a second one ${what} with what is new`;
  return userError(code, `${stands}\n${message}`, "mend what changed, and run it again");
}

/** A proxy that does not run has nobody to lead. */
async function leadRound(context: ApplyContext, step: StepOf<"unit">, { twin }: SideBySide): Promise<void> {
  const why = await lead(context.system, twin.detour, "begin");
  if (why === undefined) return;
  const { container } = twin.detour;
  context.reporter.note(`${container} leads nobody round ${step.change.plainName}, which is down for a moment: ${why}`);
}
