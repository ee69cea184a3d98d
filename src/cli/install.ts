/** The main command, and what the others that end in a plan share with it: flags to a run, its outcome to an exit code. */

import { resolve } from "node:path";
import { answerAsJson } from "../apps/missing-answers.ts";
import { userError } from "../model/diagnostic.ts";
import { EXIT } from "../model/exit-code.ts";
import type { AbsolutePath } from "../model/names.ts";
import type { Wishes } from "../plan/make-plan.ts";
import type { InstallRun } from "../runs/carry-out.ts";
import { install as runInstall } from "../runs/install.ts";
import { readPlan, refuseForeign } from "../runs/plan-on-disk.ts";
import type { Outcome } from "../runs/run.ts";
import { contextOf, makeFaultySystem } from "./context.ts";
import { print, printJson } from "./output.ts";
import { readSources } from "./package.ts";
import { welcome } from "./welcome.ts";

export interface InstallOptions {
  readonly config?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly keepGoing?: boolean;
  readonly packages?: boolean;
  readonly snapshot?: boolean;
  readonly token?: boolean;
  readonly anew?: readonly string[];
  readonly newAuthority?: boolean;
}

export async function install(options: InstallOptions, what = "install", wishes: Wishes = {}): Promise<void> {
  const run = installRun(options);
  tell(await runInstall({ ...run, what, wishes: { ...run.wishes, ...wishes } }));
}

export interface PlanOptions extends InstallOptions {
  readonly out?: string;
}

export async function plan({ out, ...options }: PlanOptions): Promise<void> {
  const run = installRun({ ...options, dryRun: true });
  if (out === undefined) return tell(await runInstall(run));
  const path = absolute(out);
  await refuseForeign(run.system, path);
  const config = options.config === undefined ? undefined : absolute(options.config);
  tell(await runInstall({ ...run, keep: { path, config } }));
}

/** The plan says from which configuration it was made. */
export async function apply(file: string | undefined, options: InstallOptions): Promise<void> {
  if (file === undefined) return install(options);
  if (options.config !== undefined) {
    throw userError(
      "bad-value",
      "the plan says which stack file it is made from: there is no other with it",
      "leave out --config",
    );
  }
  const path = absolute(file);
  const planned = await readPlan(installRun(options).system, path);
  const run = installRun({ ...options, ...(planned.config !== null && { config: planned.config }) });
  tell(await runInstall({ ...run, exactly: { path, file: planned } }));
}

function absolute(file: string): AbsolutePath {
  return resolve(file) as AbsolutePath;
}

export function installRun(options: InstallOptions): InstallRun {
  const { json, verbose } = options;
  return {
    ...contextOf(makeFaultySystem(), { json, verbose, diffs: true }),
    what: "install",
    wishes: {
      ...(options.snapshot === false ? { withoutSnapshot: true } : {}),
      ...(options.anew === undefined ? {} : { anew: options.anew }),
    },
    dryRun: options.dryRun === true,
    yes: options.yes === true,
    newAuthority: options.newAuthority === true,
    keepGoing: options.keepGoing === true,
    packages: options.packages !== false,
    readSources: () => readSources(options.config),
    tokens: options.token !== false,
    welcome: (after, answers) => {
      if (json !== true) print(welcome(after, answers));
      // Where nobody was asked, the plan is all there is.
      else if (answers.length > 0) printJson({ version: 1, answers: answers.map(answerAsJson) });
    },
  };
}

export function tell(outcome: Outcome): void {
  if (outcome === "pending") process.exitCode = EXIT.pending;
}
