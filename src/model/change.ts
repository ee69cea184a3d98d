/** Every kind of change that a run makes on the host, each with all that it takes to make it. */
import type { DesiredCertificate, DesiredTailscale } from "./desired-certificate.ts";
import type { AccountFact } from "./facts.ts";
import type { AbsolutePath, UnitName, UserName } from "./names.ts";
import type { Owner } from "./owner.ts";
import type {
  DesiredAccount,
  DesiredDirectory,
  DesiredFile,
  DesiredSecret,
  DesiredTool,
  DesiredUnit,
  IdRange,
} from "./resource.ts";

/** What becomes of the authority: kept, made anew, given a successor, or replaced by that successor. */
export type AuthorityStep = "keep" | "make" | "make next" | "take next";

export type Change =
  | { readonly kind: "account"; readonly account: DesiredAccount }
  | { readonly kind: "subids"; readonly account: DesiredAccount; readonly uids: boolean; readonly gids: boolean }
  | { readonly kind: "linger"; readonly user: UserName }
  | { readonly kind: "directory"; readonly directory: DesiredDirectory }
  | { readonly kind: "file"; readonly file: DesiredFile; readonly before: string | undefined }
  /** Content is right, who may read it is not. */
  | { readonly kind: "mode"; readonly path: AbsolutePath; readonly owner: Owner; readonly mode: number }
  | { readonly kind: "remove-file"; readonly path: AbsolutePath; readonly before: string }
  | {
      readonly kind: "certificate";
      readonly certificate: DesiredCertificate;
      readonly authority: AuthorityStep;
      readonly leaf: boolean;
    }
  /** Fetched from Tailscale, key and certificate. */
  | {
      readonly kind: "tailscale-certificate";
      readonly certificate: DesiredCertificate;
      readonly tailscale: DesiredTailscale;
    }
  | { readonly kind: "tool"; readonly tool: DesiredTool }
  | { readonly kind: "reload-system" }
  | {
      readonly kind: "manager";
      readonly account: AccountFact;
      readonly verb: "start" | "restart";
      readonly fingerprint: string;
    }
  | {
      readonly kind: "secret";
      readonly secret: DesiredSecret;
      readonly account: AccountFact;
      /** Of the secret that it copies. */
      readonly source?: AccountFact | undefined;
      /** It has a value that works, and gets another one. */
      readonly rotate: boolean;
      /**
       * Where the value goes that it has: "run", for as long as the run can be taken back, where only the site knows it;
       * "former", until the run is well; undefined where there is none.
       */
      readonly former: "run" | "former" | undefined;
    }
  | {
      readonly kind: "image";
      readonly account: AccountFact;
      readonly reference: string;
      /** The id of what has the name now and should not. */
      readonly before: string | undefined;
      /** What a registry sends, in megabytes, about; undefined where the catalogue does not say. */
      readonly megabytes: number | undefined;
    }
  | { readonly kind: "reload-user"; readonly account: AccountFact }
  | {
      readonly kind: "system-unit";
      readonly unit: UnitName;
      readonly verb: "start" | "restart" | "reload";
      readonly fingerprint: string;
    }
  | {
      readonly kind: "unit";
      readonly unit: DesiredUnit;
      readonly account: AccountFact;
      readonly verb: "start" | "restart" | "reload";
      /** It serves the certificates: the record says which ones. */
      readonly servesLeaf: boolean;
    }
  | {
      readonly kind: "stop";
      readonly account: AccountFact;
      readonly unit: UnitName;
      /** How long systemd lets it take. */
      readonly timeoutSeconds: number;
    }
  | { readonly kind: "disable"; readonly unit: UnitName }
  | {
      readonly kind: "remove-secret";
      readonly account: AccountFact;
      readonly name: string;
      /**
       * Where its value goes: "kept", for when the service comes back, because data that it opens stays; "run", for a
       * rollback; "no" where nobody needs it, or it has none.
       */
      readonly keep: "kept" | "run" | "no";
    }
  | { readonly kind: "remove-image"; readonly account: AccountFact; readonly reference: string }
  | { readonly kind: "unlinger"; readonly user: UserName }
  | { readonly kind: "stop-manager"; readonly account: AccountFact }
  | { readonly kind: "remove-tree"; readonly path: AbsolutePath }
  | { readonly kind: "remove-directory"; readonly path: AbsolutePath }
  | { readonly kind: "remove-subids"; readonly user: UserName; readonly uids?: IdRange; readonly gids?: IdRange }
  | { readonly kind: "remove-account"; readonly user: UserName; readonly uid: number | undefined }
  /** The record of everything: the very last. */
  | { readonly kind: "remove-state"; readonly path: AbsolutePath };
