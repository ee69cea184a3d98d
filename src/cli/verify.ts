/** `install-quadlets verify`: is the host still as it was last applied? */
import type { Drift } from "../model/drift.ts";
import { EXIT } from "../model/exit-code.ts";
import { visible } from "../model/visible.ts";
import { lastRendered } from "../record/rendered.ts";
import { prepare } from "../runs/prepare.ts";
import { whyFailed, withReasons } from "../runs/why-failed.ts";
import { refuseDuringRun } from "../system/lock.ts";
import { makeSystem } from "../system/real.ts";
import { findDrift } from "../verify/drift.ts";
import { findForeign } from "../verify/foreign.ts";
import { print, printJson, table } from "./output.ts";
import { readSources, thisProgram } from "./package.ts";

/** Exit code 2 where something differs. */
export async function verify(options: { readonly config?: string; readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const { plan, desired } = await prepare({ system, program: thisProgram }, readSources(options.config));
  const [last, foreign] = await Promise.all([lastRendered(system.files), findForeign(system, desired)]);
  const found = findDrift(plan, last, foreign);
  const drifts = found.length === 0 ? found : withReasons(found, await whyFailed(system, plan, desired));
  // What a run is in the middle of is no drift.
  if (drifts.length > 0) refuseDuringRun();
  if (drifts.length > 0) process.exitCode = EXIT.pending;
  if (options.json === true) return printJson({ version: 1, drift: drifts });
  if (drifts.length === 0) return print("the host is as it was applied");
  show(
    "changed on this host (install-quadlets puts it back):",
    drifts.filter((drift) => drift.by === "host"),
  );
  show(
    "changed in the configuration (install-quadlets applies it):",
    drifts.filter((drift) => drift.by === "configuration"),
  );
}

function show(title: string, drifts: readonly Drift[]): void {
  if (drifts.length === 0) return;
  print(title);
  print(table(drifts.map(({ kind, subject, detail }) => [`  ${kind}`, visible(subject), visible(detail)])));
}
