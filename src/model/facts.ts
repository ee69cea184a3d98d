/** What is on the host: read by facts/, never changed. */
import type { Applied, RecordFault } from "./applied.ts";
import type { CertificateFact } from "./certificate-facts.ts";
import type { DataFact } from "./data-fact.ts";
import type { FullFact } from "./full.ts";
import type { ServiceIndex } from "./index-file.ts";
import type { KeysFact } from "./key-facts.ts";
import type { Limits } from "./limits.ts";
import type { StoreFact } from "./model-store.ts";
import type { AbsolutePath, Address, ServiceName, UnitName, UserName } from "./names.ts";
import type { OsFact } from "./os.ts";
import type { IdRange } from "./resource.ts";
import type { SuppliedFact } from "./supplied.ts";
import type { ServeFact, TailnetFact } from "./tailscale.ts";

/** Facts that render needs: who we are, which versions, which ids are taken. */
export interface HostFacts {
  readonly effectiveUid: number;
  readonly now: Date;
  /** Undefined where systemd is not PID 1. */
  readonly systemdVersion: number | undefined;
  /** "5.4.2"; undefined where podman is not installed, or does not say. */
  readonly podmanVersion: string | undefined;
  /** What a podman that is there says in place of its version: to who is not root, perhaps only that he has no right to it. */
  readonly podmanSilence?: string | undefined;
  /** Helpers that rootless podman needs and that are missing: "newuidmap", "pasta", "nft", ... */
  readonly missingTools: readonly string[];
  readonly os: OsFact;
  /** What the distribution has, where podman is not installed and that can be told. */
  readonly podmanOffered: string | undefined;
  readonly tailnet: TailnetFact;
  readonly served: ServeFact;
  /** "580.159.04"; undefined where no NVIDIA driver is loaded. */
  readonly nvidiaDriver: string | undefined;
  /** Undefined where the configuration has no such secrets. */
  readonly supplied: SuppliedFact | undefined;
  readonly addresses: readonly Address[];
  /** Name of the network interface by address. */
  readonly interfaces: ReadonlyMap<string, string>;
  /** Who called sudo, where this was started with it. */
  readonly sudoUser: UserName | undefined;
  /** What the last run decided about the site. */
  readonly decided: DecidedFact | undefined;
  readonly nameservers: readonly string[];
  /** Where manual pages of what is installed below /usr/local belong. */
  readonly manRoot: AbsolutePath;
  /** A second directory for the commands, where sudo does not look into /usr/local/bin. */
  readonly sudoDirectory: AbsolutePath | undefined;
  /** sudo, and with it what checks its files. */
  readonly hasSudo: boolean;
  readonly accounts: readonly AccountFact[];
  readonly groups: readonly { readonly name: string; readonly gid: number }[];
  readonly subuids: readonly SubidLine[];
  readonly subgids: readonly SubidLine[];
}

/** From the index of the last run; what an older program did not write is undefined. */
export interface DecidedFact {
  readonly address: Address | undefined;
  readonly interface: string | undefined;
  /** This host's name in the tailnet, where the site serves it. */
  readonly tailscaleName: string | undefined;
  readonly operators: readonly UserName[] | undefined;
}

export interface AccountFact {
  readonly user: UserName;
  readonly uid: number;
  readonly gid: number;
  readonly home: AbsolutePath;
}

/** One line of /etc/subuid or /etc/subgid; the owner is a name or a numeric uid. */
export interface SubidLine extends IdRange {
  readonly owner: string;
}

/** Facts about the things a desired state names. */
export interface StateFacts {
  /** Why an account could not be looked at; nothing else is known of it then. */
  readonly aside: ReadonlyMap<UserName, string>;
  readonly lingering: readonly UserName[];
  readonly paths: ReadonlyMap<AbsolutePath, PathFact>;
  /** What the last run wrote down for svc; undefined where none did, or it is damaged. */
  readonly index: ServiceIndex | undefined;
  /** Names of podman secrets by user. */
  readonly secrets: ReadonlyMap<UserName, readonly string[]>;
  /** Podman's id of each by user and name, another one with each value; what is not known is not there. */
  readonly secretIds?: ReadonlyMap<UserName, ReadonlyMap<string, string>>;
  /** Ids of images by user and full reference. */
  readonly images: ReadonlyMap<UserName, ReadonlyMap<string, string>>;
  /** Ids of the images that containers were made from, by user and name of the container. */
  readonly containers: ReadonlyMap<UserName, ReadonlyMap<string, string>>;
  readonly units: ReadonlyMap<UserName, readonly UnitFact[]>;
  readonly systemUnits: readonly UnitFact[];
  readonly managers: ReadonlyMap<UserName, ManagerFact>;
  readonly certificate: CertificateFact | undefined;
  /** Local sockets in the state LISTEN (tcp) or bound (udp). */
  readonly listeners: readonly ListenerFact[];
  /** Tables of the firewall that should be loaded and are not, whatever their unit says. */
  readonly missingTables: readonly string[];
  readonly applied: Applied;
  /** Of the record, where `applied` is its copy; absent: it is whole. */
  readonly recordFault?: RecordFault;
  /** Absent where no file system is full. */
  readonly full?: FullFact;
  readonly remains: RemainsFact;
  /** Absent where a site has no keys and had none. */
  readonly keys?: KeysFact;
  /** What stores of models have, by service; absent where there are none. */
  readonly stores?: ReadonlyMap<ServiceName, StoreFact>;
  /** Absent where no service has data. */
  readonly data?: DataFact;
}

/** About what earlier runs made and nobody wants any more. */
export interface RemainsFact {
  /** Names in such directories. */
  readonly entries: ReadonlyMap<AbsolutePath, readonly string[]>;
  /** Where file systems are mounted on or below such directories. */
  readonly mounts: readonly string[];
}

export type PathFact =
  | { readonly kind: "missing" }
  | {
      readonly kind: "file";
      readonly uid: number;
      readonly gid: number;
      readonly mode: number;
      readonly content: string;
    }
  | { readonly kind: "directory"; readonly uid: number; readonly gid: number; readonly mode: number }
  | { readonly kind: "other"; readonly what: string };

export interface UnitFact {
  readonly unit: UnitName;
  /** systemd's LoadState, ActiveState, SubState, Result. */
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  readonly result: string;
  readonly needsReload: boolean;
  /** When it became active, as systemd prints it; empty where it is not. */
  readonly since: string;
  /** How long its last start took; undefined where it never finished one since the manager runs. */
  readonly startSeconds: number | undefined;
  /** How long systemd lets a start and a stop of it take; undefined where that has no end, or systemd does not say. */
  readonly startLimitSeconds: number | undefined;
  readonly stopLimitSeconds: number | undefined;
  /** How often systemd restarted it by itself since it was started. */
  readonly restarts: number;
  /** 0 where no process runs, and for what has none. */
  readonly mainPid: number;
  /** systemd has decided to start, stop or reload it, and it may still have to wait for others. */
  readonly queued: boolean;
}

export interface ManagerFact {
  /** ActiveState of user@UID.service. */
  readonly active: string;
  /** Of its process, which may have been started before its configuration changed. */
  readonly limits: Limits;
  /** It runs, and nothing reaches it: /run/user/UID, where it listens, is gone. */
  readonly cutOff?: true;
}

export interface ListenerFact {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  /** "nginx (pid 812)", where the kernel tells. */
  readonly process: string;
  readonly uid: number;
}
