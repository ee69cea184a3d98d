/** Starts and restarts units of the users and watches until each is up, or has failed for good. */
import { asUser } from "../commands/accounts.ts";
import { parseUnits } from "../commands/shown-units.ts";
import { controlUnits, showUnits } from "../commands/systemd.ts";
import { UserError } from "../model/diagnostic.ts";
import type { AccountFact, UnitFact } from "../model/facts.ts";
import type { Step } from "../model/plan.ts";
import type { DesiredUnit } from "../model/resource.ts";
import type { System } from "../system/interfaces.ts";
import { type ApplyContext, type Of, recordRunning } from "./context.ts";
import { unitFailure } from "./unit-failure.ts";

const POLL_MS = 300;
/** RestartSec is 5 s or more: a unit that is seen waiting for its next try this often is not coming up. */
const TRIES = 3;
/** The longest that a unit may take to stop (TimeoutStopSec of the slowest database). */
const STOP_SECONDS = 180;

/** Those of one user, and none that is only reloaded. Throws a UserError with the reason of the first that does not come up. */
export async function startUnits(context: ApplyContext, steps: readonly Step[]): Promise<void> {
  const [first] = steps;
  if (first?.change.kind !== "unit") return;
  const { account } = first.change;
  await watchUnits(context, account, steps, await queueJobs(context, account, steps));
}

/** The jobs of a restart: until they are done, a unit may still show the "active" from before. */
interface Jobs {
  done: boolean;
  /** What systemctl said when it did not succeed; a unit may have come up all the same, on its next try. */
  complaint: string | undefined;
  /** Since when each restarted unit was active before. */
  readonly before: ReadonlyMap<string, string>;
}

async function queueJobs(context: ApplyContext, account: AccountFact, changes: readonly Step[]): Promise<Jobs> {
  const { runner } = context.system;
  const named = (verb: "start" | "restart") =>
    changes.flatMap(({ change }) => (change.kind === "unit" && change.verb === verb ? [change.unit] : []));
  const restarts = named("restart");
  const starts = named("start").map((unit) => unit.unit);
  const before = await statesOf(
    context.system,
    account,
    restarts.map((unit) => unit.unit),
  );
  const jobs: Jobs = {
    done: restarts.length === 0,
    complaint: undefined,
    before: new Map(before.map((fact) => [fact.unit, fact.since])),
  };
  const all = [...restarts.map((unit) => unit.unit), ...starts];
  if (all.length > 0) await runner.probe(asUser(account, controlUnits("user", "reset-failed", all)));
  if (restarts.length > 0) {
    // One transaction: systemd stops a service before its sockets and starts it after them.
    const units = restarts.map((unit) => unit.unit);
    const longest = Math.max(...restarts.map((unit) => unit.startTimeoutSeconds));
    const restart = controlUnits("user", "restart", units, { timeoutMs: (longest + STOP_SECONDS) * 1000 });
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
  if (starts.length > 0) await runner.run(asUser(account, controlUnits("user", "start", starts, { noBlock: true })));
  return jobs;
}

interface Watched {
  readonly step: Step;
  readonly change: Of<"unit">;
  readonly unit: DesiredUnit;
  /** When it was first seen starting; its budget counts from there, not from the queueing. */
  since: number | undefined;
  tries: number;
  waiting: boolean;
}

async function watchUnits(
  context: ApplyContext,
  account: AccountFact,
  changes: readonly Step[],
  jobs: Jobs,
): Promise<void> {
  const { clock } = context.system;
  let open: Watched[] = changes.flatMap((step) => {
    const { change } = step;
    if (change.kind !== "unit") return [];
    return [{ step, change, unit: change.unit, since: undefined, tries: 0, waiting: false }];
  });
  while (open.length > 0) {
    // Read before the facts: what is seen after the jobs are done is the new state.
    const settled = jobs.done;
    const facts = await statesOf(
      context.system,
      account,
      open.map((watched) => watched.unit.unit),
    );
    const now = clock.now().getTime();
    const still: Watched[] = [];
    for (const watched of open) {
      const fact = facts.find((candidate) => candidate.unit === watched.unit.unit);
      if (settled && isUntouched(jobs, fact)) throw notRestarted(watched, jobs);
      if (fact?.active === "active" && settled) await finished(context, watched);
      else if (hasFailed(watched, fact, now)) throw await unitFailure(context, account, watched.unit, fact);
      else still.push(watched);
    }
    open = still;
    if (open.length === 0) return;
    context.reporter.progress(`waiting for ${open.map((watched) => watched.unit.plainName).join(", ")}`);
    await clock.sleep(POLL_MS);
  }
}

/** Empty where the manager does not answer. */
async function statesOf(
  { runner }: System,
  account: AccountFact,
  units: readonly string[],
): Promise<readonly UnitFact[]> {
  if (units.length === 0) return [];
  const { exitCode, stdout } = await runner.probe(asUser(account, showUnits("user", units)));
  return exitCode === 0 ? parseUnits(stdout) : [];
}

/** Active since before a restart that failed: systemd refused the job, and the unit still runs what it ran. */
function isUntouched(jobs: Jobs, fact: UnitFact | undefined): boolean {
  if (jobs.complaint === undefined || fact?.active !== "active") return false;
  return jobs.before.get(fact.unit) === fact.since;
}

function notRestarted(watched: Watched, jobs: Jobs): UserError {
  const { plainName } = watched.unit;
  return new UserError(`${plainName} was not restarted: ${jobs.complaint}`, `svc restart ${plainName}`);
}

async function finished(context: ApplyContext, watched: Watched): Promise<void> {
  await recordRunning(context, watched.change);
  context.reporter.done(watched.step);
}

/** Counts tries, because Restart= turns every failure into "activating (auto-restart)". */
function hasFailed(watched: Watched, fact: UnitFact | undefined, now: number): boolean {
  if (fact === undefined || fact.active === "failed") return true;
  const waiting = fact.sub === "auto-restart";
  if (waiting && !watched.waiting) watched.tries += 1;
  watched.waiting = waiting;
  if (fact.active === "activating") watched.since ??= now;
  const late = watched.since !== undefined && now - watched.since > watched.unit.startTimeoutSeconds * 1000;
  return late || watched.tries >= TRIES;
}
