/** Accounts as changes and records carry them: who it is, and nothing of what it is to get. */
import type { AccountFact } from "../model/facts.ts";

export function plainAccount({ user, uid, gid, home }: AccountFact): AccountFact {
  return { user, uid, gid, home };
}

export function accountsOf(accounts: readonly AccountFact[]): ReadonlyMap<string, AccountFact> {
  return new Map(accounts.map((account) => [account.user, plainAccount(account)]));
}

/** Of an account that is wanted: anything else is a fault of ours. */
export function accountIn(accounts: ReadonlyMap<string, AccountFact>, user: string): AccountFact {
  const account = accounts.get(user);
  if (account === undefined) throw new Error(`no account ${user} in the desired state`);
  return account;
}
