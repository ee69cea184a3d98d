/** The value of a secret that only the site has, as a run of its own, and the way back to none. */
import type { Sources } from "../config/load.ts";
import { gatherAccounts } from "../facts/accounts.ts";
import { gatherStoredSecrets } from "../facts/secrets.ts";
import { userError } from "../model/diagnostic.ts";
import { STATE_ROOT } from "../model/places.ts";
import { secretKey } from "../model/record-keys.ts";
import type { Secret } from "../model/secret.ts";
import type { SuppliedSecret } from "../model/supplied.ts";
import { readApplied } from "../record/applied.ts";
import { keepSecret } from "../record/kept-secrets.ts";
import { readOnly } from "../system/read-only.ts";
import { carryOut, type InstallRun } from "./carry-out.ts";
import { type Giving, giveSecret, takeSecretAway, waits } from "./give-secret.ts";
import { prepare } from "./prepare.ts";
import { howToChange, type NamedSecret } from "./secret-names.ts";
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

/** One that data were made with and that is lost, or replaced by hand; one that podman has is changed by whoever holds it in its data, too. */
export function giveBack(run: InstallRun, named: NamedSecret, value: Secret): Promise<string> {
  return underLock(run, "install-quadlets secrets set", async () => {
    const { name, title } = named;
    const { user } = named.service.account;
    const reading = readOnly(run.system);
    const account = (await gatherAccounts(reading)).accounts.find((one) => one.user === user);
    const stored = account === undefined ? [] : await gatherStoredSecrets(reading, account);
    const now = stored.find((one) => one.name === name);
    const { secretIds } = await readApplied(reading.files);
    const id = secretIds[secretKey({ user, name })];
    // One that somebody replaced is to come back to what its data were made with.
    if (now !== undefined && (id === undefined || now.id === undefined || now.id === id)) {
      const problem = `${title} is made on this host, not given`;
      throw userError("does-not-apply", problem, `another value: ${howToChange(named)}`);
    }
    await run.system.files.makeDirectory(STATE_ROOT, { mode: 0o700, uid: 0, gid: 0 });
    await keepSecret(run.system.files, user, name, value.reveal());
    return waits(title);
  });
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
