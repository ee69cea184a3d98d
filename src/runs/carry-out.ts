/** A plan towards the configuration, from the moment it is there: show, confirm, the same plan again?, apply, verify. */
import type { Answered } from "../apps/probes.ts";
import type { Sources } from "../config/load.ts";
import { Stopped, userError } from "../model/diagnostic.ts";
import { type Plan, stepsOf } from "../model/plan.ts";
import type { Wishes } from "../plan/make-plan.ts";
import { asideLines } from "../plan/summary.ts";
import { type OnDisk, present } from "./plan-on-disk.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { quadletWarnings } from "./quadlet-warnings.ts";
import type { Outcome, Run } from "./run.ts";
import { refuseOther } from "./same-plan.ts";
import { settleRecord } from "./settle-record.ts";
import { untilStopped } from "./stoppable.ts";

export interface InstallRun extends Run, OnDisk {
  /** For the history: the command, as it is typed after the name of the program. */
  readonly what: string;
  readonly wishes: Wishes;
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** Instead of the question whether clients are to trust a new authority in place of one that is lost; absent: it is asked. */
  readonly newAuthority?: boolean;
  readonly keepGoing: boolean;
  /** What the host lacks may be installed, as a first part; otherwise it is an error. */
  readonly packages: boolean;
  /** Anew each time: files may be edited while somebody reads the plan. */
  readSources(): Sources;
  /** What it is about, where that is not all that the host lacks; absent: everything. */
  readonly part?: (plan: Plan) => Plan;
  /** Each model that the run touches is asked for a token at its end; of a second instance before requests go to it. */
  readonly tokens: boolean;
  /** Once everything is as configured; what the models answered, as far as they were asked. */
  welcome(after: Prepared, answers: readonly Answered[]): void;
}

/** A dry run only shows. */
export async function carryOut(run: InstallRun, prepared: Prepared): Promise<Outcome> {
  const { person } = run;
  const plan = partOf(run, prepared.plan);
  for (const warning of quadletWarnings(prepared.desired, plan)) person.complain(warning);
  await present(run, plan);
  if (stepsOf(plan).length === 0) {
    if (!run.dryRun) await settleRecord(run, prepared);
    refuseAside(plan);
    return "done";
  }
  if (run.dryRun) return "pending";
  const isNew = isNewAuthority(plan) && run.newAuthority !== true;
  if (isNew || (!run.yes && run.exactly === undefined)) {
    if (isNew) await askForNew(run);
    else await person.askYes("Apply this plan?");
    const now = await prepare(run, run.readSources(), run.wishes);
    refuseOther(plan, partOf(run, now.plan), "the host or its configuration");
  }
  // Loaded here: a run that has nothing to do needs neither the handlers nor the certificate library.
  const { applyNow } = await import("./apply-now.ts");
  const { askingSecond } = await import("./ask-second.ts");
  const askSecond = run.tokens ? askingSecond(run, prepared) : undefined;
  await applyNow(run, { ...prepared, plan }, { ...run, askSecond });
  person.reporter.note("checking that everything is as configured");
  await verifyAfter(run, plan);
  return "done";
}

/** In place of one that clients trust. */
function isNewAuthority(plan: Plan): boolean {
  return stepsOf(plan).some(({ change, reason }) => change.kind === "certificate" && reason.code === "lost");
}

/** Who says yes to every plan has not said this. */
function askForNew({ person, system }: InstallRun): Promise<void> {
  const name = system.host.hostname();
  const way = "/var/lib/install-quadlets/ca, put back from a copy, has the one that they trust";
  const question = `Every client must trust a new authority; ${way}. Type the name of this host (${name}) to go on: `;
  return person.askName(question, name, "--new-authority");
}

function partOf({ part }: InstallRun, plan: Plan): Plan {
  return part === undefined ? plan : part(plan);
}

const VERIFY = "sudo install-quadlets verify";

/** Not a second opinion but the same question again: a plan after apply must be empty. */
async function verifyAfter(run: InstallRun, plan: Plan): Promise<void> {
  const stopped = new Stopped("everything is applied; it was stopped before it had looked whether all is well", VERIFY);
  const after = await untilStopped(run.system, stopped, () => prepare(run, run.readSources()));
  const left = partOf(run, after.plan);
  if (stepsOf(left).length > 0) {
    const { formatPlan } = await import("../plan/format.ts");
    run.person.complain(formatPlan(left, { colour: false, diffs: true }));
    throw userError(
      "still-differs",
      "the host is still not as configured",
      "run install-quadlets again; it continues from here",
    );
  }
  await settleRecord(run, after);
  const { askForTokens, refuseSilent } = await import("./ask-for-tokens.ts");
  const answers = run.tokens ? await untilStopped(run.system, stopped, () => askForTokens(run, plan, after)) : [];
  run.welcome(after, answers);
  refuseAside(after.plan);
  refuseSilent(answers);
}

/** Last of all: everything else is done. */
function refuseAside(plan: Plan): void {
  const lines = asideLines(plan);
  if (lines.length > 0) throw userError("account-broken", lines.join("\n"), "mend that, and run it again");
}
