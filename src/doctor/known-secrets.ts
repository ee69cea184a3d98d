/** Every value that must not be in a bundle, as far as it can be known: what podman keeps, and what lies aside for it. */
import { readSecret } from "../apps/enter.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { gatherSecrets } from "../facts/secrets.ts";
import type { AccountFact } from "../model/facts.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import { KEPT_SECRETS } from "../model/places.ts";
import type { System } from "../system/interfaces.ts";

export interface KnownSecrets {
  readonly values: readonly string[];
  /** Accounts whose store could not be read: of theirs only shapes are known. */
  readonly unread: readonly string[];
}

export async function gatherKnownSecrets(system: System, index: ServiceIndex | undefined): Promise<KnownSecrets> {
  const accounts = [...new Map((index?.services ?? []).map((service) => [service.uid, service] as const)).values()];
  const [stores, kept] = await Promise.all([
    Promise.all(accounts.map((account) => valuesOf(system, account))),
    keptValues(system),
  ]);
  const unread = accounts.filter((_, at) => stores[at]?.some((value) => value === undefined)).map(({ user }) => user);
  return { values: [...kept, ...stores.flat().filter((value) => value !== undefined)], unread };
}

/** One after another: podman locks its store, and a bundle has time. Undefined for what could not be read: then no more is asked. */
async function valuesOf(system: System, account: AccountFact): Promise<readonly (string | undefined)[]> {
  const names = await ifReadable(gatherSecrets(system, account));
  if (names === undefined) return [undefined];
  const values: (string | undefined)[] = [];
  for (const name of names) {
    values.push((await ifReadable(readSecret(system, account, name)))?.reveal());
    // An account that lets one question hang lets each of them hang.
    if (values.at(-1) === undefined) break;
  }
  return values;
}

async function keptValues(system: System): Promise<readonly string[]> {
  const names = (await ifReadable(system.files.list(KEPT_SECRETS))) ?? [];
  const values = await Promise.all(names.map((name) => ifReadable(system.files.read(`${KEPT_SECRETS}/${name}`))));
  return values.filter((value) => value !== undefined);
}
