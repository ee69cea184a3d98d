/** The way back of each change, itself a change: decided with it, from what was there before. */

import type { Change, Of } from "../model/change.ts";
import type { StateFacts, UnitFact } from "../model/facts.ts";
import { partialOf } from "../model/places.ts";
import { limitOf } from "../model/waiting.ts";
import { plainAccount } from "./accounts.ts";

/**
 * Empty for files and directories: their way back is what they are when they are written. A secret that has a value records
 * its own, once that is put aside; images, trees and accounts that were removed do not come back.
 */
export function undoOf(change: Change, facts: StateFacts): readonly Change[] {
  switch (change.kind) {
    case "account": {
      const { user, uid, home } = change.account;
      return [{ kind: "remove-account", user, uid, unless: home }];
    }
    case "subids": {
      const { user, home, subuid, subgid } = change.account;
      const ranges = { ...(change.uids ? { uids: subuid } : {}), ...(change.gids ? { gids: subgid } : {}) };
      return [{ kind: "remove-subids", user, ...ranges, unless: home }];
    }
    case "linger":
      return [{ kind: "unlinger", user: change.user }];
    case "unlinger":
      return [{ kind: "linger", user: change.user }];
    case "tool":
      // And what was copied of it, where the copy did not come to its end.
      return [change.tool.target, partialOf(change.tool.target)].map((path) => ({ kind: "remove-tree", path }));
    case "secret": {
      const { account, secret, former } = change;
      return former === undefined ? [{ kind: "remove-secret", account, name: secret.name, keep: "no" }] : [];
    }
    case "image": {
      const { account, reference, before } = change;
      return before === undefined ? [] : [{ kind: "tag-image", account, reference, id: before }];
    }
    case "system-unit": {
      const { unit } = change;
      const wasActive = facts.systemUnits.find((fact) => fact.unit === unit)?.active === "active";
      return [wasActive ? { kind: "system-unit", unit, verb: "restart" } : { kind: "disable", unit }];
    }
    case "disable":
      return [{ kind: "system-unit", unit: change.unit, verb: "start" }];
    case "manager": {
      const account = plainAccount(change.account);
      const wasActive = facts.managers.get(account.user)?.active === "active";
      return [wasActive ? { kind: "manager", account, verb: "restart" } : { kind: "stop-manager", account }];
    }
    case "stop-manager":
      return [{ kind: "manager", account: plainAccount(change.account), verb: "restart" }];
    case "unit": {
      const { account, unit, plainName, startTimeoutSeconds, stopTimeoutSeconds } = change;
      const fact = factOf(change, facts);
      // One that was starting when we came is not ours to hold to its promise.
      if (fact?.active !== "active") return [{ kind: "stop", account, unit, timeoutSeconds: stopTimeoutSeconds }];
      return [restart(account, unit, plainName, fact.startLimitSeconds ?? startTimeoutSeconds, stopTimeoutSeconds)];
    }
    case "stop": {
      const { account, unit, timeoutSeconds } = change;
      const fact = factOf(change, facts);
      if (fact?.active === "failed") return [];
      const name = unit.replace(/\.service$/, "");
      return [restart(plainAccount(account), unit, name, limitOf(fact?.startLimitSeconds), timeoutSeconds)];
    }
    case "reload-unit": {
      const { record: _, ...rest } = change;
      return [rest];
    }
    case "reload-system":
    case "reload-user":
      return [change];
    case "directory":
    case "file":
    case "mode":
    case "remove-file":
    case "put-back":
    case "unmake":
    case "certificate":
    case "tailscale-certificate":
    case "remove-secret":
    case "restore-secret":
    case "remove-image":
    case "tag-image":
    case "remove-tree":
    case "remove-directory":
    case "remove-subids":
    case "remove-account":
    case "remove-state":
      return [];
    default:
      return change satisfies never;
  }
}

function factOf({ account, unit }: Of<"unit" | "stop">, facts: StateFacts): UnitFact | undefined {
  return facts.units.get(account.user)?.find((candidate) => candidate.unit === unit);
}

function restart(
  account: Of<"unit">["account"],
  unit: Of<"unit">["unit"],
  plainName: string,
  startSeconds: number,
  stopTimeoutSeconds: number,
): Change {
  const startTimeoutSeconds = Math.ceil(startSeconds);
  return { kind: "unit", account, unit, plainName, verb: "restart", startTimeoutSeconds, stopTimeoutSeconds };
}
