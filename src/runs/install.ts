/** The main run: lock, plan, what a killed run left, and then the plan is carried out. */

import { clearLeftovers } from "../apply/leftovers.ts";
import { finishReturns } from "../apply/snapshots.ts";
import { finishCut as finishBackup } from "../backup/cut.ts";
import { stepsOf } from "../model/plan.ts";
import { carryOut, type InstallRun } from "./carry-out.ts";
import { cutOff, finishCut } from "./finish-cut.ts";
import { prepareHost } from "./prepare-host.ts";
import type { Outcome } from "./run.ts";
import { underLock } from "./under-lock.ts";
import { finishWaysBack, tellWaysBack } from "./ways-back.ts";

export function install(run: InstallRun): Promise<Outcome> {
  return underLock({ ...run, finishesWaysBack: true }, "install-quadlets", async () => {
    const { system, person } = run;
    const mayChange = !run.dryRun && system.host.effectiveUid() === 0;
    if (mayChange) {
      await finishBackup({ system, complain: person.complain });
      await finishWaysBack(run);
      await finishReturns(system);
    }
    const prepared = await prepareHost(run);
    if (prepared === undefined) return "pending";
    if (run.dryRun) {
      await tellWaysBack(run);
      return carryOut(run, prepared);
    }
    await clearLeftovers(system, prepared.desired);
    const cut = await cutOff(system);
    for (const { number, started, who } of cut) person.complain(`run ${number} (${who}, ${started}) was cut off`);
    const outcome = await carryOut(run, prepared);
    // One that had something to do has closed them itself.
    if (stepsOf(prepared.plan).length > 0) return outcome;
    await finishCut(run, prepared.plan, cut);
    return outcome;
  });
}
