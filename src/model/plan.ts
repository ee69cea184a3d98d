/** The complete list of changes between what is and what should be, in the order they are made. */

import type { DesiredCertificate, DesiredTailscale } from "./desired-certificate.ts";
import type { AccountFact } from "./facts.ts";
import type { AbsolutePath, ServiceName, UnitName, UserName } from "./names.ts";
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

/** Phases run one after another; changes within one may run side by side. */
export const PHASES = [
  // A unit whose file is gone has no ExecStop any more: first of all.
  "prune-stop",
  "accounts",
  "directories",
  "tool",
  "certificates",
  "files",
  "managers",
  "secrets",
  "images",
  "units",
  "start",
  "prune",
  "clear",
] as const;
export type Phase = (typeof PHASES)[number];

export interface Plan {
  readonly changes: readonly PlannedChange[];
  /** What services that go leave behind, in words; absent where nothing goes. */
  readonly stays?: readonly string[];
  /** Services that are left as they are, because their account cannot be dealt with; absent where there are none. */
  readonly aside?: readonly Aside[];
  /** What works now and will not for a while; absent where nothing is touched. */
  readonly outages?: readonly Outage[];
}

/** One service that is broken in a way that must not stop the others. */
export interface Aside {
  readonly service: ServiceName;
  readonly user: UserName;
  readonly reason: string;
}

/** One service that is down while the plan runs. */
export interface Outage {
  readonly service: ServiceName;
  /** What goes down of it, as svc calls it. */
  readonly units: readonly string[];
  /** About how long, by its last start; undefined where that is not known. */
  readonly seconds: number | undefined;
  /** "wait": systemd keeps its sockets open, so requests take longer but do not fail; "gone": it does not come back. */
  readonly kind: "down" | "wait" | "gone";
}

/** How much goes with what is removed: nothing of it, the images, or data, users and everything else, too. */
export type Depth = "keep" | "images" | "all";

export interface PlannedChange {
  readonly phase: Phase;
  readonly service: ServiceName | undefined;
  readonly action: "create" | "update" | "remove" | "run";
  /** What a person reads after the sign: "file /etc/..., mode 0644". */
  readonly summary: string;
  readonly reason: Reason;
  readonly change: Change;
}

/** Why something is done: a word for programs, and the same for people. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

export const REASON_CODES = [
  /** It is not there. */
  "missing",
  /** It is there with other content. */
  "content",
  /** Its owner or mode is another one. */
  "mode",
  /** A certificate that clients would refuse. */
  "unfit",
  /** A certificate that ends soon. */
  "expiring",
  /** A person asks for it. */
  "asked",
  /** It does not run. */
  "down",
  /** It does not run, because it failed. */
  "failed",
  /** It is on its way up. */
  "starting",
  /** What it is made from, or runs with, is another one than the last run's. */
  "changed",
  /** Somebody else has put another thing in its place. */
  "replaced",
  /** Something else in the plan brings it along. */
  "follows",
  /** A run was cut off in the middle of it. */
  "cut off",
  /** It is recorded and not wanted any more. */
  "unwanted",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** What `--json` prints; config/plan.schema.json describes it. A new field keeps the version, another meaning does not. */
export interface PlanAsJson {
  readonly version: 1;
  readonly stays?: readonly string[];
  readonly aside?: readonly Aside[];
  readonly unavailable?: readonly (Omit<Outage, "seconds"> & { readonly seconds: number | null })[];
  readonly downloads?: readonly {
    readonly image: string;
    readonly user: string;
    readonly megabytes: number | null;
  }[];
  readonly changes: readonly {
    readonly phase: Phase;
    readonly action: PlannedChange["action"];
    /** null: the host itself. */
    readonly service: string | null;
    readonly kind: Change["kind"];
    readonly summary: string;
    readonly reason: string;
    /** The reason as a word for programs. */
    readonly code: ReasonCode;
  }[];
}

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
      readonly user: UserName;
      readonly uid: number;
      readonly verb: "start" | "restart";
      readonly fingerprint: string;
    }
  | {
      readonly kind: "secret";
      readonly secret: DesiredSecret;
      readonly uid: number;
      /** It has a value that works, and gets another one. */
      readonly rotate: boolean;
    }
  | {
      readonly kind: "image";
      readonly user: UserName;
      readonly uid: number;
      readonly reference: string;
      /** The id of what has the name now and should not. */
      readonly before: string | undefined;
      /** What a registry sends, in megabytes, about; undefined where the catalogue does not say. */
      readonly megabytes: number | undefined;
    }
  | { readonly kind: "reload-user"; readonly user: UserName; readonly uid: number }
  | {
      readonly kind: "system-unit";
      readonly unit: UnitName;
      readonly verb: "start" | "restart" | "reload";
      readonly fingerprint: string;
    }
  | {
      readonly kind: "unit";
      readonly unit: DesiredUnit;
      readonly uid: number;
      readonly verb: "start" | "restart" | "reload";
    }
  | { readonly kind: "stop"; readonly account: AccountFact; readonly unit: UnitName }
  | { readonly kind: "disable"; readonly unit: UnitName }
  | {
      readonly kind: "remove-secret";
      readonly account: AccountFact;
      readonly name: string;
      /** "kept": data that it opens stays, so its value is put aside for when the service comes back; "run": for a rollback. */
      readonly keep: "kept" | "run" | "no";
    }
  | { readonly kind: "remove-image"; readonly account: AccountFact; readonly reference: string }
  | { readonly kind: "unlinger"; readonly user: UserName }
  | { readonly kind: "stop-manager"; readonly account: AccountFact }
  | { readonly kind: "reload-pruned"; readonly account: AccountFact }
  | { readonly kind: "remove-tree"; readonly path: AbsolutePath }
  | { readonly kind: "remove-directory"; readonly path: AbsolutePath }
  | { readonly kind: "remove-subids"; readonly user: UserName; readonly uids?: IdRange; readonly gids?: IdRange }
  | { readonly kind: "remove-account"; readonly user: UserName; readonly uid: number | undefined }
  /** The record of everything: the very last. */
  | { readonly kind: "remove-state"; readonly path: AbsolutePath };
