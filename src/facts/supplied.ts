/** Which of the secrets that the site gives have a value on this host: names only. */
import { UserError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import { KEPT_SECRETS } from "../model/places.ts";
import { keptName, secretKey } from "../model/secret-name.ts";
import type { SuppliedFact, SuppliedSecret } from "../model/supplied.ts";
import type { System } from "../system/interfaces.ts";
import { gatherApplied } from "./applied.ts";
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
    gatherApplied(system),
    Promise.all(
      owners.map(async (account) =>
        (await namesIn(system, account))?.map((name) => secretKey({ user: account.user, name })),
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
    waiting: keys((secret) => kept.includes(keptName(secret))),
    recorded: keys((secret) => applied.secrets.includes(secretKey(secret))),
  };
}

async function namesIn(system: System, account: AccountFact): Promise<readonly string[] | undefined> {
  try {
    return await gatherSecrets(system, account);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
