/** Starts and restarts units of the users and watches until each is up, or has failed for good. */
import { asUser } from "../commands/accounts.ts";
import { controlUnits } from "../commands/systemd.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { type UserError, userError } from "../model/diagnostic.ts";
import type { AccountFact, UnitFact } from "../model/facts.ts";
import { waitFor } from "../model/waiting.ts";
import { type ApplyContext, recordRunning, refuseStopped, type StepOf } from "./context.ts";
import { mendPodman } from "./mend-podman.ts";
import { replaceUnit } from "./replace-unit.ts";
import { unitFailure } from "./unit-failure.ts";
import { statesOf } from "./unit-states.ts";
import { hasFailed, isLate, staysDown, type Watched } from "./watched-unit.ts";

const POLL_MS = 300;

/** Those of one user. Throws a UserError with the reason of the first that does not come up; where others go on, of all. */
export async function startUnits(context: ApplyContext, steps: readonly StepOf<"unit">[]): Promise<void> {
  await startInPlace(
    context,
    steps.filter(({ change }) => change.beside === undefined),
  );
  for (const step of steps) {
    if (step.change.beside !== undefined) await replaceUnit(context, step, step.change.beside, startInPlace);
  }
}

async function startInPlace(context: ApplyContext, steps: readonly StepOf<"unit">[]): Promise<void> {
  const [first] = steps;
  if (first === undefined) return;
  const { account } = first.change;
  await queueUnwatched(
    context,
    account,
    steps.filter(({ change }) => change.unwatched),
  );
  const watched = steps.filter(({ change }) => !change.unwatched);
  // It may have failed because nothing of its account can start; where that stays so, its own log says so.
  if (watched.some(({ reason }) => reason.code === "failed")) await ifReadable(mendPodman(context.system, account));
  if (watched.length > 0) await watchUnits(context, account, watched, await queueJobs(context, account, watched));
}

async function queueUnwatched(
  context: ApplyContext,
  account: AccountFact,
  steps: readonly StepOf<"unit">[],
): Promise<void> {
  const units = steps.map(({ change }) => change.unit);
  if (units.length === 0) return;
  const { runner } = context.system;
  await runner.probe(asUser(account, controlUnits("user", "reset-failed", units)));
  await runner.run(asUser(account, controlUnits("user", "restart", units, { noBlock: true })));
  for (const step of steps) context.reporter.done(step);
}

/** The jobs of a restart: until they are done, a unit may still show the "active" from before. */
interface Jobs {
  done: boolean;
  /** What systemctl said when it did not succeed; a unit may have come up all the same, on its next try. */
  complaint: string | undefined;
  /** Since when each restarted unit was active before. */
  readonly before: ReadonlyMap<string, string>;
}

async function queueJobs(context: ApplyContext, account: AccountFact, steps: readonly StepOf<"unit">[]): Promise<Jobs> {
  const { runner } = context.system;
  const named = (verb: "start" | "restart") => steps.flatMap(({ change }) => (change.verb === verb ? [change] : []));
  const restarts = named("restart");
  const restarted = restarts.map(({ unit }) => unit);
  const started = named("start").map(({ unit }) => unit);
  const before = await statesOf(context.system, account, restarted);
  const jobs: Jobs = {
    done: restarts.length === 0,
    complaint: undefined,
    before: new Map(before.map((fact) => [fact.unit, fact.since])),
  };
  const all = [...restarted, ...started];
  if (all.length > 0) await runner.probe(asUser(account, controlUnits("user", "reset-failed", all)));
  if (restarts.length > 0) {
    // One transaction: systemd stops a service before its sockets and starts it after them.
    const limits = restarts.flatMap(({ stopTimeoutSeconds, startTimeoutSeconds, tellsProgress }) => [
      stopTimeoutSeconds,
      tellsProgress ? Number.POSITIVE_INFINITY : startTimeoutSeconds,
    ]);
    const restart = controlUnits("user", "restart", restarted, { timeoutMs: waitFor(limits) });
    const finish = (complaint: string | undefined) => {
      jobs.complaint = complaint;
      jobs.done = true;
    };
    // Not thrown: the watch sees why a unit is not up, with its logs.
    void runner.probe(asUser(account, restart)).then(
      (result) => finish(result.exitCode === 0 ? undefined : result.stderr.trim()),
      (error: unknown) => finish(error instanceof Error ? error.message : String(error)),
    );
  }
  if (started.length > 0) await runner.run(asUser(account, controlUnits("user", "start", started, { noBlock: true })));
  return jobs;
}

async function watchUnits(
  context: ApplyContext,
  account: AccountFact,
  steps: readonly StepOf<"unit">[],
  jobs: Jobs,
): Promise<void> {
  const { clock } = context.system;
  const failures: UserError[] = [];
  const fail = ({ change }: Watched, error: UserError): void => {
    if (change.untouched) context.stillDown.push(error);
    else if (context.goesOn) failures.push(error);
    else throw error;
  };
  let open = steps.map(
    (step): Watched => ({ step, change: step.change, since: undefined, tries: 0, waiting: false, looked: 0 }),
  );
  while (open.length > 0) {
    // Read before the facts: what is seen after the jobs are done is the new state.
    const settled = jobs.done;
    const facts = await statesOf(
      context.system,
      account,
      open.map(({ change }) => change.unit),
    );
    const now = clock.now().getTime();
    const still: Watched[] = [];
    for (const watched of open) {
      const fact = facts.find((candidate) => candidate.unit === watched.change.unit);
      if (settled && isUntouched(jobs, fact)) fail(watched, notRestarted(watched, jobs));
      else if (fact?.active === "active" && settled) await finished(context, watched);
      else if (
        hasFailed(watched, fact, now) ||
        (settled && staysDown(watched, fact)) ||
        (await isLate(context, watched, now))
      )
        fail(watched, await unitFailure(context, watched.change, fact));
      else still.push(watched);
    }
    open = still;
    if (open.length === 0) break;
    context.reporter.progress(`waiting for ${open.map(({ change }) => change.plainName).join(", ")}`);
    refuseStopped(context);
    await clock.sleep(POLL_MS);
  }
  if (failures.length > 0)
    throw userError("unit-failed", failures.map(({ message }) => message.split("\n")[0]).join("; "));
}

/** Active since before a restart that failed: systemd refused the job, and the unit still runs what it ran. */
function isUntouched(jobs: Jobs, fact: UnitFact | undefined): boolean {
  if (jobs.complaint === undefined || fact?.active !== "active") return false;
  return jobs.before.get(fact.unit) === fact.since;
}

function notRestarted({ change: { plainName } }: Watched, jobs: Jobs): UserError {
  return userError("unit-failed", `${plainName} was not restarted: ${jobs.complaint}`, `svc restart ${plainName}`);
}

async function finished(context: ApplyContext, watched: Watched): Promise<void> {
  await recordRunning(context, watched.change);
  context.reporter.done(watched.step);
}
