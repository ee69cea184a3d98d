/** What `secrets set` and `secrets unset` do on a host, wherever it stands: before its first run, settled, or in between. */

import { readSecret } from "../apply/read-secret.ts";
import { gatherAccounts } from "../facts/accounts.ts";
import { gatherSupplied } from "../facts/supplied.ts";
import { Stopped, UserError, userError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import { STATE_ROOT } from "../model/places.ts";
import { secretKey } from "../model/record-keys.ts";
import type { Secret } from "../model/secret.ts";
import type { SuppliedSecret } from "../model/supplied.ts";
import type { Wishes } from "../plan/make-plan.ts";
import { dropSecret, dropWaiting, keepSecret, waitingValues } from "../record/kept-secrets.ts";
import type { System } from "../system/interfaces.ts";
import { readOnly } from "../system/read-only.ts";
import type { Prepared } from "./prepare.ts";
import { isSettled, refuseUnsettled } from "./settled.ts";
import { untilStopped } from "./stoppable.ts";

export interface Giving {
  readonly system: System;
  readonly secret: SuppliedSecret;
  prepare(wishes?: Wishes): Promise<Prepared>;
  apply(prepared: Prepared, wishes: Wishes): Promise<unknown>;
}

/** Gives what is to be said where nothing was applied. */
export async function giveSecret(giving: Giving, value: Secret): Promise<string | undefined> {
  const { secret, system } = giving;
  const { files } = system;
  const { user, name, title } = secret;
  const { isStored, account } = await lookAt(giving);
  if (isStored && account !== undefined) {
    if ((await readSecret(system, account, name)).reveal() === value.reveal())
      return "nothing to do: it has that value";
    refuseUnsettled((await giving.prepare()).plan, "a secret is set on its own");
    return applyOrDrop(giving, value, { secrets: [secretKey(secret)] });
  }
  const [newest] = await waitingValues(files, secret);
  if (newest?.value === value.reveal()) return `nothing to do: ${waits(title)}`;
  if (await isReady(giving)) return applyOrDrop(giving, value, {});
  await files.makeDirectory(STATE_ROOT, { mode: 0o700, uid: 0, gid: 0 });
  // What was kept when the service went stays under it: it is the way back of the run that removed the service.
  await keepSecret(files, user, name, value.reveal(), "given");
  await dropSecret(files, user, name, "next");
  return waits(title);
}

export async function takeSecretAway(giving: Giving): Promise<string | undefined> {
  const { secret, system } = giving;
  const { title, service, optional } = secret;
  if (!optional) {
    throw userError(
      "does-not-apply",
      `${service} does not run without ${title}`,
      `another value: sudo install-quadlets secrets set ${title}`,
    );
  }
  const { isStored, isWaiting, isRecorded } = await lookAt(giving);
  if (!isStored && isWaiting) {
    await dropWaiting(system.files, secret);
    return `${title} is not set any more; no service had it yet`;
  }
  if (!isStored && !isRecorded) return `nothing to do: ${title} is not set`;
  if (isStored) refuseUnsettled((await giving.prepare()).plan, "a secret is unset on its own");
  await dropWaiting(system.files, secret);
  const wishes: Wishes = { removal: { depth: undefined, unset: [secretKey(secret)] } };
  await giving.apply(await giving.prepare(wishes), wishes);
  return undefined;
}

interface Seen {
  readonly account: AccountFact | undefined;
  readonly isStored: boolean;
  readonly isWaiting: boolean;
  readonly isRecorded: boolean;
}

function lookAt({ system, secret }: Giving): Promise<Seen> {
  const stopped = new Stopped("stopped while it looked at the secret; nothing was changed");
  return untilStopped(system, stopped, () => readState(system, secret));
}

async function readState(system: System, secret: SuppliedSecret): Promise<Seen> {
  const reading = readOnly(system);
  const { accounts } = await gatherAccounts(reading);
  const { stored, waiting, recorded } = await gatherSupplied(reading, [secret], accounts);
  return {
    account: accounts.find(({ user }) => user === secret.user),
    isStored: stored.length > 0,
    isWaiting: waiting.length > 0,
    isRecorded: recorded.length > 0,
  };
}

/** A host that is not ready for a run is none on which this could be applied now; the coming run says why. */
async function isReady(giving: Giving): Promise<boolean> {
  try {
    return isSettled((await giving.prepare()).plan);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** On disk first, so that a run that is killed can be continued; one that fails leaves the host without it. */
async function applyOrDrop(giving: Giving, value: Secret, wishes: Wishes): Promise<undefined> {
  const { user, name } = giving.secret;
  const { files } = giving.system;
  try {
    await keepSecret(files, user, name, value.reveal(), "next");
    await giving.apply(await giving.prepare(wishes), wishes);
  } catch (error) {
    await dropSecret(files, user, name, "next");
    throw error;
  }
}

export function waits(title: string): string {
  return `${title} is kept where only root reads it; the next run hands it on: sudo install-quadlets`;
}
