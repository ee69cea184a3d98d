/** What a run writes down before each step, so that the step can be taken back by it or by a later run. */
import type { AccountFact } from "./facts.ts";
import type { AbsolutePath, UnitName, UserName } from "./names.ts";
import type { Owner } from "./owner.ts";
import type { IdRange } from "./resource.ts";
import type { SecretRotation } from "./service-secret.ts";

export const GENERATION_VERSION = 1;

/** One run that changed something. */
export interface Generation {
  readonly version: number;
  readonly number: number;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly ended: string | undefined;
  /** The person behind sudo, or root. */
  readonly who: string;
  /** Version of the program. */
  readonly tool: string;
  /** "install", "uninstall", "rollback to 3". */
  readonly what: string;
  /** One line: how much was planned. */
  readonly summary: string;
  /** Open: still at work, or killed. */
  readonly result: "open" | "done" | "taken back" | "failed" | "undone";
  readonly error: string | undefined;
}

/** How one step is taken back; `before` is undefined where nothing was there. */
export type Undo =
  | { readonly kind: "file"; readonly path: AbsolutePath; readonly before: FileBefore | undefined }
  | { readonly kind: "directory"; readonly path: AbsolutePath; readonly before: ModeBefore | undefined }
  | { readonly kind: "account"; readonly account: AccountFact }
  | {
      readonly kind: "subids";
      readonly user: UserName;
      /** Undefined in the journals of programs that did not say so. */
      readonly home?: AbsolutePath;
      readonly uids?: IdRange;
      readonly gids?: IdRange;
    }
  | { readonly kind: "linger"; readonly user: UserName }
  | { readonly kind: "secret"; readonly account: AccountFact; readonly name: string }
  /** It had another value, which lies where it was put aside until the run was well. */
  | {
      readonly kind: "rotated-secret";
      readonly account: AccountFact;
      readonly name: string;
      readonly rotate: SecretRotation;
      /** It lies there under this number, for as long as the run can be taken back; absent: until the run was well. */
      readonly run?: number;
    }
  /** The name goes back to the image that had it. */
  | { readonly kind: "image"; readonly account: AccountFact; readonly reference: string; readonly id: string }
  | { readonly kind: "tree"; readonly path: AbsolutePath }
  | { readonly kind: "reload-system" }
  | { readonly kind: "system-unit"; readonly unit: UnitName; readonly wasActive: boolean }
  | { readonly kind: "manager"; readonly account: AccountFact; readonly wasActive: boolean }
  /** Its value lies where it was put aside. */
  | {
      readonly kind: "removed-secret";
      readonly account: AccountFact;
      readonly name: string;
      /** Its value lay there already, from an earlier removal: there it stays. */
      readonly wasKept?: boolean;
      /** As for one that was rotated. */
      readonly run?: number;
    }
  | { readonly kind: "unlinger"; readonly user: UserName }
  | { readonly kind: "disable"; readonly unit: UnitName }
  | { readonly kind: "reload-user"; readonly account: AccountFact }
  /** Its files are put back first; then it takes them over in the same way. */
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

export interface ModeBefore extends Owner {
  readonly mode: number;
}

export interface FileBefore extends ModeBefore {
  readonly content: string;
}
