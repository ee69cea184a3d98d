/** Another value for secrets that are made on this host, as a run of its own. */

import { secretKey } from "../model/record-keys.ts";
import { carryOut, type InstallRun } from "./carry-out.ts";
import { findRotatable } from "./changeable-secret.ts";
import { prepare } from "./prepare.ts";
import type { Outcome } from "./run.ts";
import { refuseUnsettled } from "./settled.ts";
import { underLock } from "./under-lock.ts";

/** What it is made into follows it, and whoever reads any of them is restarted. */
export function rotateSecrets(run: InstallRun, names: readonly string[]): Promise<Outcome> {
  return underLock(run, "install-quadlets secrets rotate", async () => {
    const sources = run.readSources();
    const now = await prepare(run, sources);
    refuseUnsettled(now.plan, "a secret is rotated on its own");
    const found = names.map((name) => findRotatable(now.stack, name));
    const secrets = found.map(({ service, name }) => secretKey({ user: service.account.user, name }));
    const rotation = { ...run, what: `rotate ${names.join(" ")}`, wishes: { secrets } };
    return carryOut(rotation, await prepare(run, sources, rotation.wishes));
  });
}
