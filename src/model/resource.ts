/** What should be on the host: the output of render, with every id and address already known. */
import type { DataCount } from "./backup.ts";
import type { DesiredCertificate } from "./desired-certificate.ts";
import type { DesiredTool } from "./desired-tool.ts";
import type { DesiredTwin } from "./desired-twin.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { DesiredKeys } from "./key-facts.ts";
import type { DesiredStore } from "./model-store.ts";
import type { AbsolutePath, Address, ServiceName, UnitName, UserName } from "./names.ts";
import type { Owner } from "./owner.ts";
import type { SecretRotation, ServiceSecret } from "./service-secret.ts";
import type { Swap } from "./sharing.ts";

export interface DesiredState {
  /** What everything that faces the tailnet listens on. */
  readonly address: Address;
  readonly accounts: readonly DesiredAccount[];
  readonly directories: readonly DesiredDirectory[];
  readonly files: readonly DesiredFile[];
  readonly secrets: readonly DesiredSecret[];
  readonly certificate: DesiredCertificate | undefined;
  readonly images: readonly DesiredImage[];
  readonly units: readonly DesiredUnit[];
  /** System units (root's manager) that must be enabled and running. */
  readonly systemUnits: readonly DesiredSystemUnit[];
  /** Undefined where the running copy is not to be installed: renders, tests. */
  readonly tool: DesiredTool | undefined;
  /** Of files that services bring along as they are, for whoever is about to write them. */
  readonly warnings: readonly { readonly service: ServiceName; readonly warning: Diagnostic }[];
  /** Absent where no service makes any. */
  readonly keys?: DesiredKeys;
  /** Absent where no service has any. */
  readonly data?: readonly DesiredData[];
  /** Absent where no service keeps any. */
  readonly stores?: readonly DesiredStore[];
}

/** What a service would be missed for, with ways to count it: put aside before other images run on it. */
export interface DesiredData {
  readonly service: ServiceName;
  readonly user: UserName;
  readonly directories: readonly AbsolutePath[];
  readonly counts: readonly DataCount[];
}

export interface DesiredAccount {
  readonly service: ServiceName;
  readonly user: UserName;
  readonly uid: number;
  readonly gid: number;
  readonly home: AbsolutePath;
  readonly subuid: IdRange;
  readonly subgid: IdRange;
}

export interface IdRange {
  readonly start: number;
  readonly count: number;
}

export interface DesiredDirectory {
  readonly service: ServiceName | undefined;
  readonly path: AbsolutePath;
  /** What it is made with. */
  readonly owner: Owner;
  readonly mode: number;
  /** Others keep files there, too: where anything is there, it stays as it is. */
  readonly shared?: true;
}

export interface DesiredFile {
  readonly service: ServiceName | undefined;
  readonly path: AbsolutePath;
  readonly content: string;
  readonly owner: Owner;
  readonly mode: number;
  readonly role: FileRole;
  /** A comfort: where something else is in its way, or a link on the way to it, there is none. */
  readonly optional?: true;
}

/** What must happen after a file of this role changed. */
export type FileRole =
  /** A quadlet or .socket: reload the owner's user manager. */
  | { readonly kind: "user-unit"; readonly user: UserName }
  /** Read by containers: the units restart or reload through their fingerprints. */
  | { readonly kind: "config" }
  /** A drop-in of user@UID.service: reload the system manager, restart that user manager. */
  | { readonly kind: "manager-drop-in"; readonly user: UserName; readonly fingerprint: string }
  /** A system unit: reload the system manager. */
  | { readonly kind: "system-unit" }
  /** Of sudo: checked before it is put in place, because a rule that it cannot read may lock everybody out. */
  | { readonly kind: "plain" | "sudoers" };

export interface DesiredSecret {
  readonly service: ServiceName;
  readonly user: UserName;
  /** Name in the user's podman secret store. */
  readonly name: string;
  readonly source: SecretSource;
}

/** Where a value comes from; `composed` and `copy` name other podman secrets. */
export type SecretSource =
  | {
      readonly kind: "generated";
      readonly length: number;
      readonly alphabet: Extract<ServiceSecret, { kind: "generated" }>["alphabet"];
      readonly prefix: string;
      /** As in the service, but with the container's name in podman. */
      readonly rotate: SecretRotation;
    }
  /** By the site: where only root reads it, until a run hands it to podman. */
  | { readonly kind: "supplied" }
  | { readonly kind: "copy"; readonly user: UserName; readonly name: string }
  | {
      readonly kind: "composed";
      readonly parts: readonly (
        | { readonly kind: "text"; readonly text: string }
        | { readonly kind: "secret"; readonly name: string }
      )[];
    };

export interface DesiredImage {
  readonly service: ServiceName;
  readonly user: UserName;
  readonly reference: string;
  /** What a registry sends, in megabytes, about; undefined where nobody knows. */
  readonly megabytes: number | undefined;
}

export interface DesiredUnit {
  readonly service: ServiceName;
  readonly user: UserName;
  /** Unit as systemd knows it: "opik-pod.service", "opik-mysql.service", "nginx-proxy-https.socket". */
  readonly unit: UnitName;
  /** What svc calls it: "opik-mysql". */
  readonly plainName: string;
  readonly kind: "container" | "pod" | "oneshot" | "socket";
  readonly podUnit: UnitName | undefined;
  /** Hash of everything that the running process was made from: unit file, mounted files, secret definitions. */
  readonly fingerprint: string;
  /** What it runs; undefined for pods and sockets. */
  readonly container: { readonly name: string; readonly image: string } | undefined;
  /** What it takes over while it runs; undefined where every change needs a restart. */
  readonly reload: UnitReload | undefined;
  /** Units of the same user that start before it. */
  readonly after: readonly UnitName[];
  /** As podman is asked for them: "nvidia.com/gpu=0", "/dev/dri". */
  readonly devices?: readonly string[];
  /** Of units that share a graphics card the one with the lower number starts first, and the next once that is healthy. */
  readonly turn?: number;
  /** Of its group one service is awake; it may also sleep though it is the default. */
  readonly swap?: Swap & { readonly mayRest: boolean };
  /** How long a start may take until it is healthy; where its log tells progress, how long nobody looks whether it gets on. */
  readonly startTimeoutSeconds: number;
  readonly tellsProgress?: true;
  readonly health: UnitHealth | undefined;
  /** Its unit file, the rendered files that it reads, and the directories that it has mounted. */
  readonly files: readonly AbsolutePath[];
  /** Podman secrets that it reads. */
  readonly secrets: readonly string[];
  /** What serves while it is replaced; absent where that is done in place. */
  readonly twin?: DesiredTwin;
}

/** How a running unit takes over files that changed. */
export interface UnitReload {
  readonly container: string;
  readonly command: readonly [string, ...string[]];
  /** Hash of the files that need no more than this. */
  readonly fingerprint: string;
  readonly files: readonly AbsolutePath[];
}

/** How health is asked from the host, once the unit is active. */
export interface UnitHealth {
  readonly container: string;
}

export interface DesiredSystemUnit {
  readonly unit: UnitName;
  /** The table that it loads, of the family inet; it takes changes over by a reload, without an end in between. */
  readonly table?: string;
  readonly fingerprint: string;
}

/**
 * Stand in a rendered file for what is known only once the authority exists; plan fills them in from
 * facts, apply right after making the authority. Two certificates during a rotation; fingerprints with a comma between
 * them; nothing where the site's own certificate needs no authority of ours.
 */
export const AUTHORITY_CERTIFICATE = "@AUTHORITY_CERTIFICATE@";
export const AUTHORITY_FINGERPRINT = "@AUTHORITY_FINGERPRINT@";
/** The lines between the two stand there once for each authority. */
export const AUTHORITY_EACH = "@AUTHORITY_EACH@";
export const AUTHORITY_END = "@AUTHORITY_END@";
/** Of one authority, or the first of several: its DER in base64 on one line, and two UUIDs that are its own. */
export const AUTHORITY_BASE64 = "@AUTHORITY_BASE64@";
export const AUTHORITY_UUIDS = ["@AUTHORITY_UUID_1@", "@AUTHORITY_UUID_2@"] as const;
