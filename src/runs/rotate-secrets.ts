/** Another value for secrets that are made on this host, as a run of its own. */

import { UserError } from "../model/diagnostic.ts";
import { stepsOf } from "../model/plan.ts";
import { secretKey } from "../model/record-keys.ts";
import { carryOut, type InstallRun } from "./carry-out.ts";
import { findRotatable } from "./changeable-secret.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { Outcome } from "./run.ts";
import { underLock } from "./under-lock.ts";

/** What it is made into follows it, and whoever reads any of them is restarted. */
export function rotateSecrets(run: InstallRun, names: readonly string[]): Promise<Outcome> {
  return underLock(run, "install-quadlets secrets rotate", async () => {
    const sources = run.readSources();
    const now = await prepare(run, sources);
    refuseUnsettled(now, "rotated");
    const found = names.map((name) => findRotatable(now.stack, name));
    const secrets = found.map(({ service, name }) => secretKey({ user: service.account.user, name }));
    const rotation = { ...run, what: `rotate ${names.join(" ")}`, wishes: { secrets } };
    return carryOut(rotation, await prepare(run, sources, rotation.wishes));
  });
}

/** Another value is a run of its own, so that it can be taken back on its own. */
export function refuseUnsettled({ plan }: Prepared, verb: string): void {
  if (stepsOf(plan).length === 0) return;
  throw new UserError(`the host is not as configured; a secret is ${verb} on its own`, "first: install-quadlets");
}
