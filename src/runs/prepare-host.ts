/**
 * The first part of a run on a host that lacks packages: they are planned, shown, asked for and installed, and only then the rest is
 * planned. Nobody can say before which podman there will be: the plan that is carried out is the one that was shown.
 */
import { gatherCdi } from "../facts/cdi.ts";
import { userError } from "../model/diagnostic.ts";
import type { Plan } from "../model/plan.ts";
import { gpuFindings } from "../plan/gpu-devices.ts";
import { packagesPlan } from "../plan/packages.ts";
import { NOTHING } from "../render/nothing.ts";
import { readOnly } from "../system/read-only.ts";
import type { InstallRun } from "./carry-out.ts";
import { PackagesMissing } from "./packages-missing.ts";
import { present } from "./plan-on-disk.ts";
import { type Prepared, prepare, refuse } from "./prepare.ts";
import { refuseOther } from "./same-plan.ts";

/** Undefined where packages come first, and they are all that is to be looked at, or to be done. */
export async function prepareHost(run: InstallRun): Promise<Prepared | undefined> {
  const prepared = await withPackages(run);
  if (prepared !== undefined) await refuseUnknownGpus(run, prepared);
  return prepared;
}

/** Looked for anew by each run: a person installs the toolkit, because its packages are in its vendor's repository. */
async function refuseUnknownGpus({ system }: InstallRun, { plan, desired }: Prepared): Promise<void> {
  if (gpuFindings(plan, desired, { defined: new Map(), toolkit: false }).length === 0) return;
  const { specs } = await gatherCdi(readOnly(system));
  const defined = new Map(
    specs.flatMap(({ kind, devices }) => devices.map(({ name, nodes }) => [`${kind}=${name}`, nodes] as const)),
  );
  const toolkit = system.host.findProgram("nvidia-ctk") !== undefined;
  refuse(gpuFindings(plan, desired, { defined, toolkit }));
}

async function withPackages(run: InstallRun): Promise<Prepared | undefined> {
  const first = await tryToPrepare(run);
  if (!(first instanceof PackagesMissing)) return first;
  const plan = planFor(first, run);
  await present(run, plan);
  if (run.dryRun) return undefined;
  if (!run.yes && run.exactly === undefined) {
    await run.person.askYes("Install these packages?");
    const now = await tryToPrepare(run);
    refuseOther(plan, now instanceof PackagesMissing ? planFor(now, run) : now.plan, "the host");
  }
  const { applyNow } = await import("./apply-now.ts");
  await applyNow(run, { desired: NOTHING, plan }, { what: run.what, keepGoing: run.keepGoing, partial: true });
  if (run.exactly !== undefined) {
    run.person.print(
      `the packages are installed; the rest can be planned now: sudo install-quadlets plan --out ${run.exactly.path}`,
    );
    return undefined;
  }
  const then = await tryToPrepare(run);
  if (!(then instanceof PackagesMissing)) return then;
  throw userError(
    then.code,
    `the packages were installed, and still: ${then.message}`,
    "look at what they brought: it is elsewhere than usual",
  );
}

async function tryToPrepare(run: InstallRun): Promise<Prepared | PackagesMissing> {
  try {
    return await prepare(run, run.readSources(), run.wishes);
  } catch (error) {
    if (error instanceof PackagesMissing) return error;
    throw error;
  }
}

/** Throws it where nothing is to be installed, or nobody here knows how. */
function planFor(missing: PackagesMissing, { packages }: Pick<InstallRun, "packages">): Plan {
  if (!packages || missing.family === undefined) throw missing;
  return packagesPlan(missing.lacking, missing.family);
}
