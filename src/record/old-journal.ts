/** Journals of version 1, where the way back of a step was no change but a form of its own. */
import type { Change, FileBefore } from "../model/change.ts";
import type { AccountFact } from "../model/facts.ts";
import { asideFor } from "../model/keeping.ts";
import type { AbsolutePath, UnitName, UserName } from "../model/names.ts";
import { partialOf } from "../model/places.ts";
import type { IdRange } from "../model/resource.ts";
import type { SecretRotation } from "../model/service-secret.ts";
import { limitOf } from "../model/waiting.ts";

/** They called this 900 s for every unit that was removed, however long its start takes. */
const LONGEST_START_SECONDS = 3_600;

type ModeBefore = Omit<FileBefore, "content">;

/** `before` is absent where nothing was there. */
export type Undo =
  | { readonly kind: "file"; readonly path: AbsolutePath; readonly before?: FileBefore }
  | { readonly kind: "directory"; readonly path: AbsolutePath; readonly before?: ModeBefore }
  | { readonly kind: "account"; readonly account: AccountFact }
  | {
      readonly kind: "subids";
      readonly user: UserName;
      readonly home?: AbsolutePath;
      readonly uids?: IdRange;
      readonly gids?: IdRange;
    }
  | { readonly kind: "linger" | "unlinger"; readonly user: UserName }
  | { readonly kind: "secret"; readonly account: AccountFact; readonly name: string }
  | {
      readonly kind: "rotated-secret";
      readonly account: AccountFact;
      readonly name: string;
      readonly rotate: SecretRotation;
      readonly run?: number;
    }
  | {
      readonly kind: "removed-secret";
      readonly account: AccountFact;
      readonly name: string;
      readonly wasKept?: boolean;
      readonly run?: number;
    }
  | { readonly kind: "image"; readonly account: AccountFact; readonly reference: string; readonly id: string }
  | { readonly kind: "tree"; readonly path: AbsolutePath }
  | { readonly kind: "reload-system" }
  | { readonly kind: "system-unit"; readonly unit: UnitName; readonly wasActive: boolean }
  | { readonly kind: "disable"; readonly unit: UnitName }
  | { readonly kind: "manager"; readonly account: AccountFact; readonly wasActive: boolean }
  | { readonly kind: "reload-user"; readonly account: AccountFact }
  | {
      readonly kind: "reload-unit";
      readonly account: AccountFact;
      readonly unit: UnitName;
      readonly container: string;
      readonly command: readonly [string, ...string[]];
    }
  | {
      readonly kind: "unit";
      readonly account: AccountFact;
      readonly unit: UnitName;
      readonly wasActive: boolean;
      readonly startTimeoutSeconds: number;
    };

/** The same as changes. */
export function ofVersion1(undo: Undo): readonly Change[] {
  switch (undo.kind) {
    case "file": {
      const { path, before } = undo;
      return [before === undefined ? { kind: "unmake", path } : { kind: "put-back", path, before }];
    }
    case "directory": {
      const { path, before } = undo;
      if (before === undefined) return [{ kind: "unmake", path }];
      const { mode, ...owner } = before;
      return [{ kind: "directory", directory: { service: undefined, path, owner, mode } }];
    }
    case "account": {
      const { user, uid, home } = undo.account;
      return [{ kind: "remove-account", user, uid, unless: home }];
    }
    case "subids": {
      const { kind: _, home, ...rest } = undo;
      return [{ kind: "remove-subids", ...rest, ...(home === undefined ? {} : { unless: home }) }];
    }
    case "linger":
      return [{ kind: "unlinger", user: undo.user }];
    case "unlinger":
      return [{ kind: "linger", user: undo.user }];
    case "secret":
      return [{ kind: "remove-secret", account: undo.account, name: undo.name, keep: "no" }];
    case "rotated-secret": {
      const { account, name, rotate, run } = undo;
      return [{ kind: "restore-secret", account, name, from: asideFor(run, "former"), rotate }];
    }
    case "removed-secret": {
      const { account, name, wasKept, run } = undo;
      // Programs that did not say whether it lay there already: better one too many than none.
      return [{ kind: "restore-secret", account, name, from: asideFor(run, "kept"), staysAside: wasKept !== false }];
    }
    case "image":
      return [{ ...undo, kind: "tag-image" }];
    case "tree":
      return [undo.path, partialOf(undo.path)].map((path) => ({ kind: "remove-tree", path }));
    case "system-unit": {
      const { unit, wasActive } = undo;
      return [wasActive ? { kind: "system-unit", unit, verb: "restart" } : { kind: "disable", unit }];
    }
    case "disable":
      return [{ kind: "system-unit", unit: undo.unit, verb: "start" }];
    case "manager": {
      const { account, wasActive } = undo;
      return [wasActive ? { kind: "manager", account, verb: "restart" } : { kind: "stop-manager", account }];
    }
    case "reload-system":
    case "reload-user":
      return [undo];
    case "reload-unit":
      return [{ ...undo, plainName: plainNameOf(undo.unit) }];
    case "unit":
      return [unitBefore(undo)];
    default:
      return undo satisfies never;
  }
}

function unitBefore({ account, unit, wasActive, startTimeoutSeconds }: Extract<Undo, { kind: "unit" }>): Change {
  const stopTimeoutSeconds = limitOf(undefined);
  if (!wasActive) return { kind: "stop", account, unit, timeoutSeconds: stopTimeoutSeconds };
  return {
    kind: "unit",
    account,
    unit,
    plainName: plainNameOf(unit),
    verb: "restart",
    startTimeoutSeconds: Math.max(startTimeoutSeconds, LONGEST_START_SECONDS),
    stopTimeoutSeconds,
  };
}

function plainNameOf(unit: UnitName): string {
  return unit.replace(/\.service$/, "");
}
