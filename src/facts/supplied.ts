/** Which of the secrets that the site gives have a value on this host: names only. */
import type { AccountFact } from "../model/facts.ts";
import { WAITING } from "../model/keeping.ts";
import { KEPT_SECRETS } from "../model/places.ts";
import { secretKey } from "../model/record-keys.ts";
import { keptName } from "../model/secret-name.ts";
import type { SuppliedFact, SuppliedSecret } from "../model/supplied.ts";
import { readApplied } from "../record/applied.ts";
import type { System } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";
import { gatherSecrets } from "./secrets.ts";

/** Needs root: the directory of the kept ones is root's. */
export async function gatherSupplied(
  system: System,
  wanted: readonly SuppliedSecret[],
  accounts: readonly AccountFact[],
): Promise<SuppliedFact> {
  const owners = accounts.filter((account) => wanted.some(({ user }) => user === account.user));
  const [kept, applied, stores] = await Promise.all([
    system.files.list(KEPT_SECRETS),
    readApplied(system.files),
    Promise.all(
      owners.map(async (account) =>
        (await ifReadable(gatherSecrets(system, account)))?.map((name) => secretKey({ user: account.user, name })),
      ),
    ),
  ]);
  // Of an account that cannot be looked at, and is set aside for it, what it had counts.
  const unknown = owners.filter((_, index) => stores[index] === undefined).map(({ user }) => user);
  const had = applied.secrets.filter((key) => unknown.some((user) => key.startsWith(`${user}/`)));
  const stored = new Set([...stores.flatMap((keys) => keys ?? []), ...had]);
  const keys = (isIt: (secret: SuppliedSecret) => boolean) => wanted.filter(isIt).map(secretKey);
  return {
    stored: keys((secret) => stored.has(secretKey(secret))),
    waiting: keys((secret) => WAITING.some((from) => kept.includes(keptName(secret, from)))),
    recorded: keys((secret) => applied.secrets.includes(secretKey(secret))),
  };
}
