/** The way back of each change that is not a file: decided with the change, from what was there before. */

import type { Change } from "../model/change.ts";
import type { StateFacts } from "../model/facts.ts";
import type { Undo } from "../model/journal.ts";
import { limitOf } from "../model/waiting.ts";
import { plainAccount } from "./accounts.ts";

/**
 * Undefined for files and directories: their way back is what they are when they are written. A secret that is removed
 * records its own, once its value is put aside; images, trees and accounts that were removed do not come back.
 */
export function undoOf(change: Change, facts: StateFacts): Undo | undefined {
  switch (change.kind) {
    case "account":
      return { kind: "account", account: plainAccount(change.account) };
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
      if (change.former !== undefined) return undefined;
      return { kind: "secret", account: change.account, name: change.secret.name };
    case "image": {
      const { account, reference, before } = change;
      return before === undefined ? undefined : { kind: "image", account, reference, id: before };
    }
    case "reload-system":
      return { kind: "reload-system" };
    case "system-unit": {
      const fact = facts.systemUnits.find((candidate) => candidate.unit === change.unit);
      return { kind: "system-unit", unit: change.unit, wasActive: fact?.active === "active" };
    }
    case "manager": {
      const wasActive = facts.managers.get(change.account.user)?.active === "active";
      return { kind: "manager", account: change.account, wasActive };
    }
    case "reload-user":
      return { kind: "reload-user", account: change.account };
    case "unit": {
      const { user, unit, startTimeoutSeconds, reload } = change.unit;
      if (change.verb === "reload" && reload !== undefined) {
        const { container, command } = reload;
        return { kind: "reload-unit", account: change.account, unit, container, command };
      }
      const fact = facts.units.get(user)?.find((candidate) => candidate.unit === unit);
      // One that was starting when we came is not ours to hold to its promise.
      const wasActive = fact?.active === "active";
      return { kind: "unit", account: change.account, unit, wasActive, startTimeoutSeconds };
    }
    case "stop": {
      const { account, unit } = change;
      const fact = facts.units.get(account.user)?.find((candidate) => candidate.unit === unit);
      return {
        kind: "unit",
        account: plainAccount(account),
        unit,
        wasActive: true,
        startTimeoutSeconds: limitOf(fact?.startLimitSeconds),
      };
    }
    case "disable":
      return { kind: "disable", unit: change.unit };
    case "unlinger":
      return { kind: "unlinger", user: change.user };
    case "stop-manager":
      return { kind: "manager", account: plainAccount(change.account), wasActive: true };
    case "directory":
    case "file":
    case "mode":
    case "remove-file":
    case "certificate":
    case "tailscale-certificate":
    case "remove-secret":
    case "remove-image":
    case "remove-tree":
    case "remove-directory":
    case "remove-subids":
    case "remove-account":
    case "remove-state":
      return undefined;
    default:
      return change satisfies never;
  }
}
