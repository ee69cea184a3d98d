/** The main run: lock, plan, what a killed run left, and then the plan is carried out. */
import { closeInterrupted } from "../apply/begin-run.ts";
import { listGenerations } from "../apply/generations.ts";
import { clearLeftovers } from "../apply/leftovers.ts";
import { carryOut, type InstallRun } from "./carry-out.ts";
import { prepare } from "./prepare.ts";
import type { Outcome } from "./run.ts";
import { underLock } from "./under-lock.ts";

export function install(run: InstallRun): Promise<Outcome> {
  return underLock(run, "install-quadlets", async () => {
    const { system, person } = run;
    const prepared = await prepare(run, run.readSources(), run.wishes);
    if (run.dryRun) return carryOut(run, prepared);
    await clearLeftovers(system, prepared.desired);
    const cut = (await listGenerations(system.files)).filter((generation) => generation.result === "open");
    for (const { number, started, who } of cut) person.complain(`run ${number} (${who}, ${started}) was cut off`);
    const outcome = await carryOut(run, prepared);
    // One that had something to do has closed them itself.
    if (prepared.plan.changes.length > 0) return outcome;
    await closeInterrupted(system, cut, "done", "interrupted; found complete by the next run");
    return outcome;
  });
}
