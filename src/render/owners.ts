/** Translates ids as containers see them to ids on the host, through an account's subordinate ranges. */
import { userError } from "../model/diagnostic.ts";
import type { InnerOwner, Owner } from "../model/owner.ts";
import type { DesiredAccount } from "../model/resource.ts";

/** Container id 0 is the account itself; id N is the Nth id of the subordinate range (user_namespaces(7)). */
export function hostOwner(account: DesiredAccount, inner: InnerOwner): Owner {
  return {
    uid: inner.uid === 0 ? account.uid : subordinate(account.subuid, inner.uid, account),
    gid: inner.gid === 0 ? account.gid : subordinate(account.subgid, inner.gid, account),
  };
}

function subordinate(range: DesiredAccount["subuid"], id: number, account: DesiredAccount): number {
  if (id > range.count) {
    throw userError(
      "account-unfit",
      `id ${id} of a container of ${account.service} is outside the ${range.count} subordinate ids of ${account.user}`,
      "extend the ranges in /etc/subuid and /etc/subgid",
    );
  }
  return range.start + id - 1;
}
