/** The value of a secret that only the site has, as a run of its own, and the way back to none. */
import type { Sources } from "../config/load.ts";
import type { Secret } from "../model/secret.ts";
import type { SuppliedSecret } from "../model/supplied.ts";
import { carryOut, type InstallRun } from "./carry-out.ts";
import { type Giving, giveSecret, takeSecretAway } from "./give-secret.ts";
import { prepare } from "./prepare.ts";
import { underLock } from "./under-lock.ts";

/** The secret, and the configuration in which it was found. */
export interface Found {
  readonly secret: SuppliedSecret;
  readonly sources: Sources;
}

/** Gives what is to be said where nothing was applied. */
export function setSecret(run: InstallRun, found: Found, value: Secret): Promise<string | undefined> {
  return change(run, found, "set", (giving) => giveSecret(giving, value));
}

export function unsetSecret(run: InstallRun, found: Found): Promise<string | undefined> {
  return change(run, found, "unset", takeSecretAway);
}

function change(
  run: InstallRun,
  { secret, sources }: Found,
  verb: "set" | "unset",
  work: (giving: Giving) => Promise<string | undefined>,
): Promise<string | undefined> {
  return underLock(run, `install-quadlets secrets ${verb}`, () =>
    work({
      system: run.system,
      secret,
      prepare: (wishes) => prepare(run, sources, wishes),
      apply: (prepared, wishes) => carryOut({ ...run, what: `${verb} ${secret.title}`, wishes }, prepared),
    }),
  );
}
