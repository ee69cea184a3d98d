/** The complete list of changes between what is and what should be, in the order they are made. */
import type { AbsolutePath, ServiceName, UnitName, UserName } from "./names.ts";
import type {
  DesiredAccount,
  DesiredCertificate,
  DesiredDirectory,
  DesiredFile,
  DesiredSecret,
  DesiredTool,
  DesiredUnit,
  Owner,
} from "./resource.ts";

/** Phases run one after another; changes within one may run side by side. */
export const PHASES = [
  "tool",
  "accounts",
  "directories",
  "certificates",
  "files",
  "managers",
  "secrets",
  "images",
  "units",
  "start",
] as const;
export type Phase = (typeof PHASES)[number];

export interface Plan {
  readonly changes: readonly PlannedChange[];
}

export interface PlannedChange {
  readonly phase: Phase;
  readonly service: ServiceName | undefined;
  readonly action: "create" | "update" | "remove" | "run";
  /** What a person reads after the sign: "file /etc/..., mode 0644". */
  readonly summary: string;
  readonly reason: string;
  readonly change: Change;
}

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
      readonly authority: boolean;
      readonly leaf: boolean;
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
  | { readonly kind: "secret"; readonly secret: DesiredSecret; readonly uid: number }
  | { readonly kind: "image"; readonly user: UserName; readonly uid: number; readonly reference: string }
  | { readonly kind: "reload-user"; readonly user: UserName; readonly uid: number }
  | {
      readonly kind: "system-unit";
      readonly unit: UnitName;
      readonly verb: "start" | "restart";
      readonly fingerprint: string;
    }
  | {
      readonly kind: "unit";
      readonly unit: DesiredUnit;
      readonly uid: number;
      readonly verb: "start" | "restart" | "record";
    };
