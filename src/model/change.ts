/**
 * Every kind of change that a run makes on the host, or takes back, each with all that it takes to make it. A journal holds
 * them as JSON: whoever gives one another form raises GENERATION_VERSION, and reads the form before it.
 */

import type { DataChange } from "./data-change.ts";
import type { DesiredCertificate, DesiredTailscale } from "./desired-certificate.ts";
import type { DesiredTool } from "./desired-tool.ts";
import type { AccountFact } from "./facts.ts";
import type { StoreDoor } from "./model-store.ts";
import type { AbsolutePath, UnitName, UserName } from "./names.ts";
import type { Family } from "./os.ts";
import type { Owner } from "./owner.ts";
import type { DesiredAccount, DesiredDirectory, DesiredFile, IdRange, UnitHealth } from "./resource.ts";
import type { SecretChange } from "./secret-change.ts";
import type { SideBySide } from "./twin.ts";

/** What becomes of the authority: kept, made anew, given a successor, or replaced by that successor. */
export type AuthorityStep = "keep" | "make" | "make next" | "take next";

export interface FileBefore extends Owner {
  readonly mode: number;
  readonly content: string;
}

/** What the record says of a unit from then on. */
export interface UnitRecord {
  readonly started: string;
  readonly reloaded: string;
  /** It serves the certificates: which ones is known by then. */
  readonly servesLeaf: boolean;
}

export type Change =
  | SecretChange
  | DataChange
  /** Of the distribution, from the repositories that the host is set up with. */
  | { readonly kind: "packages"; readonly family: Family; readonly packages: readonly string[] }
  | { readonly kind: "account"; readonly account: DesiredAccount }
  | { readonly kind: "subids"; readonly account: DesiredAccount; readonly uids: boolean; readonly gids: boolean }
  | { readonly kind: "linger"; readonly user: UserName }
  | { readonly kind: "directory"; readonly directory: DesiredDirectory }
  | { readonly kind: "file"; readonly file: DesiredFile; readonly before: string | undefined }
  /** Content is right, who may read it is not. */
  | { readonly kind: "mode"; readonly path: AbsolutePath; readonly owner: Owner; readonly mode: number }
  | { readonly kind: "remove-file"; readonly path: AbsolutePath; readonly before: string }
  /** A file gets what it held before; nothing where it is like that. */
  | { readonly kind: "put-back"; readonly path: AbsolutePath; readonly before: FileBefore }
  /** A file or a directory that a run made; what was put into a directory since is data, and it stays. */
  | { readonly kind: "unmake"; readonly path: AbsolutePath }
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
  /** Of what was applied: anew, from its copy. */
  | { readonly kind: "record"; readonly path: AbsolutePath }
  | { readonly kind: "reload-system" }
  | {
      readonly kind: "manager";
      readonly account: AccountFact;
      readonly verb: "start" | "restart";
      /** For the record; absent on the way back, as below: the record itself is put back. */
      readonly fingerprint?: string;
      /** Its /run/user/UID is made anew as well. */
      readonly runtime?: true;
    }
  | {
      readonly kind: "image";
      readonly account: AccountFact;
      readonly reference: string;
      /** The id of what has the name now and should not. */
      readonly before: string | undefined;
      /** Of one that is in the store already, and only gets the name; absent: it is pulled. */
      readonly id?: string;
      /** What a registry sends, in megabytes, about; undefined where the catalogue does not say. */
      readonly megabytes: number | undefined;
    }
  | { readonly kind: "reload-user"; readonly account: AccountFact }
  | {
      readonly kind: "system-unit";
      readonly unit: UnitName;
      readonly verb: "start" | "restart" | "reload";
      readonly fingerprint?: string;
    }
  | {
      readonly kind: "unit";
      readonly account: AccountFact;
      readonly unit: UnitName;
      readonly plainName: string;
      readonly verb: "start" | "restart";
      /** Those with a lower one are started before it. */
      readonly turn?: number;
      /** How long systemd lets either take. */
      readonly startTimeoutSeconds: number;
      readonly stopTimeoutSeconds: number;
      /** Systemd lets its start take as long as it wants: after `startTimeoutSeconds` it goes on while it gets on. */
      readonly tellsProgress?: true;
      readonly health?: UnitHealth | undefined;
      readonly record?: UnitRecord;
      /** On the way back: it was on its way when the run came, and may be one that never arrives. Nobody waits for it. */
      readonly unwatched?: true;
      /** It was down, and nothing of this run is about it: where it does not come up, nothing is taken back for that. */
      readonly untouched?: true;
      readonly beside?: SideBySide;
    }
  /** It sleeps, as is wanted: the record says what it will start with. */
  | {
      readonly kind: "asleep";
      readonly account: AccountFact;
      readonly unit: UnitName;
      readonly plainName: string;
      readonly record: UnitRecord;
    }
  /** Pulled into the store of a service, where that lacks it. */
  | { readonly kind: "model"; readonly account: AccountFact; readonly store: StoreDoor; readonly model: string }
  /** It takes over, while it runs, what changed. */
  | {
      readonly kind: "reload-unit";
      readonly account: AccountFact;
      readonly unit: UnitName;
      readonly plainName: string;
      readonly container: string;
      readonly command: readonly [string, ...string[]];
      readonly record?: UnitRecord;
    }
  | {
      readonly kind: "stop";
      readonly account: AccountFact;
      readonly unit: UnitName;
      /** How long systemd lets it take. */
      readonly timeoutSeconds: number;
    }
  | { readonly kind: "disable"; readonly unit: UnitName }
  | { readonly kind: "remove-image"; readonly account: AccountFact; readonly reference: string }
  /** The name goes back to the image that had it. */
  | { readonly kind: "tag-image"; readonly account: AccountFact; readonly reference: string; readonly id: string }
  | { readonly kind: "unlinger"; readonly user: UserName }
  | { readonly kind: "stop-manager"; readonly account: AccountFact }
  | { readonly kind: "remove-tree"; readonly path: AbsolutePath }
  | { readonly kind: "remove-directory"; readonly path: AbsolutePath }
  | {
      readonly kind: "remove-subids";
      readonly user: UserName;
      readonly uids?: IdRange;
      readonly gids?: IdRange;
      /** They stay while this is there: they own what is in it. */
      readonly unless?: AbsolutePath;
    }
  | {
      readonly kind: "remove-account";
      readonly user: UserName;
      readonly uid: number | undefined;
      /** It stays while its home is there: it owns data or images. */
      readonly unless?: AbsolutePath;
    }
  /** The record of everything: the very last. */
  | { readonly kind: "remove-state"; readonly path: AbsolutePath };

export type Kind = Change["kind"];
export type Of<K extends Kind> = Extract<Change, { kind: K }>;
