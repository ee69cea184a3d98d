/** The way back of each change that is not a file: decided with the change, from what was there before. */

import type { Change } from "../model/change.ts";
import type { AccountFact, StateFacts } from "../model/facts.ts";
import type { Undo } from "../model/journal.ts";
import type { DesiredState } from "../model/resource.ts";

/**
 * Undefined for files and directories: their way back is what they are when they are written. A secret that is removed
 * records its own, once its value is put aside; images, trees and accounts that were removed do not come back.
 */
export function undoOf(change: Change, desired: DesiredState, facts: StateFacts): Undo | undefined {
  switch (change.kind) {
    case "account":
      return { kind: "account", account: plain(change.account) };
    case "subids":
      return {
        kind: "subids",
        user: change.account.user,
        home: change.account.home,
        ...(change.uids ? { uids: change.account.subuid } : {}),
        ...(change.gids ? { gids: change.account.subgid } : {}),
      };
    case "linger":
      return { kind: "linger", user: change.user };
    case "tool":
      return { kind: "tree", path: change.tool.target };
    case "secret":
      // One that has a value records its own way back, once that value is put aside.
      if (facts.secrets.get(change.secret.user)?.includes(change.secret.name) === true) return undefined;
      return { kind: "secret", account: named(desired, change.secret.user), name: change.secret.name };
    case "image": {
      const { user, reference, before } = change;
      return before === undefined ? undefined : { kind: "image", account: named(desired, user), reference, id: before };
    }
    case "reload-system":
      return { kind: "reload-system" };
    case "system-unit": {
      const fact = facts.systemUnits.find((candidate) => candidate.unit === change.unit);
      return { kind: "system-unit", unit: change.unit, wasActive: fact?.active === "active" };
    }
    case "manager": {
      const wasActive = facts.managers.get(change.user)?.active === "active";
      return { kind: "manager", account: named(desired, change.user), wasActive };
    }
    case "reload-user":
      return { kind: "reload-user", account: named(desired, change.user) };
    case "unit": {
      const { user, unit, startTimeoutSeconds, reload } = change.unit;
      if (change.verb === "reload" && reload !== undefined) {
        const { container, command } = reload;
        return { kind: "reload-unit", account: named(desired, user), unit, container, command };
      }
      const fact = facts.units.get(user)?.find((candidate) => candidate.unit === unit);
      // One that was starting when we came is not ours to hold to its promise.
      const wasActive = fact?.active === "active";
      return { kind: "unit", account: named(desired, user), unit, wasActive, startTimeoutSeconds };
    }
    case "stop":
      // What it needed for its start is no longer known: the longest that any catalogue entry asks for.
      return {
        kind: "unit",
        account: plain(change.account),
        unit: change.unit,
        wasActive: true,
        startTimeoutSeconds: 900,
      };
    case "disable":
      return { kind: "disable", unit: change.unit };
    case "unlinger":
      return { kind: "unlinger", user: change.user };
    case "stop-manager":
      return { kind: "manager", account: plain(change.account), wasActive: true };
    case "reload-pruned":
      return { kind: "reload-user", account: plain(change.account) };
    default:
      return undefined;
  }
}

function named(desired: DesiredState, user: string): AccountFact {
  const account = desired.accounts.find((candidate) => candidate.user === user);
  if (account === undefined) throw new Error(`no account ${user} in the desired state`);
  return plain(account);
}

/** What the journal keeps of an account. */
function plain({ user, uid, gid, home }: AccountFact): AccountFact {
  return { user, uid, gid, home };
}
