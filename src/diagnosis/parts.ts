/** The facts of a host that `doctor` judges, part by part: each is read by itself, and may be missing by itself. */
import type { AccountFact, SubidLine } from "../model/facts.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import type { Resource } from "../model/limits.ts";
import type { FirewallFact, SocketsFact, TailscaleFact, UnitStates } from "./parts-network.ts";
import type {
  BackupsFact,
  CertificatePart,
  GpuPart,
  ImagePart,
  RoomFact,
  RunsFact,
  ServicePart,
} from "./parts-running.ts";

export interface Parts {
  readonly kernel: KernelFact;
  /** Undefined where it is not PID 1. */
  readonly systemd: { readonly version: number | undefined };
  readonly podman: PodmanFact;
  readonly node: { readonly version: string };
  readonly tools: ToolsFact;
  readonly clock: ClockFact;
  readonly memory: { readonly total: number; readonly swap: number };
  readonly ids: IdsFact;
  readonly index: ServiceIndex;
  readonly record: RecordFact;
  readonly ours: readonly OwnFact[];
  readonly asks: readonly AskFact[];
  readonly units: UnitStates;
  readonly tailscale: TailscaleFact;
  readonly addresses: readonly string[];
  readonly sockets: SocketsFact;
  readonly firewall: FirewallFact;
  readonly selinux: SelinuxFact;
  readonly gpu: GpuPart;
  readonly certificate: CertificatePart;
  readonly services: readonly ServicePart[];
  readonly runs: RunsFact;
  readonly room: readonly RoomFact[];
  readonly backups: BackupsFact;
  readonly images: readonly ImagePart[];
}

export type PartName = keyof Parts;

export interface KernelFact {
  /** "6.12.57+deb13-amd64" */
  readonly release: string;
  /** Of the unified hierarchy; undefined where that is not what is mounted. */
  readonly controllers: readonly string[] | undefined;
  /** How many user namespaces there may be; undefined where the kernel has no such bound. */
  readonly namespaces: number | undefined;
  /** Debian's own switch, where it is there. */
  readonly forbidden: boolean;
  /** AppArmor keeps programs without a profile from making them (Ubuntu from 24.04 on). */
  readonly restricted: boolean;
  /** podman has such a profile. */
  readonly profile: boolean;
  /** "docker", "lxc": this host is a container itself. */
  readonly container: string;
}

export interface PodmanFact {
  readonly version: string | undefined;
  /** What one that is there says in place of it. */
  readonly silence: string | undefined;
  /** Podman's part in systemd: without it no quadlet becomes a unit. */
  readonly generator: boolean;
}

export interface ToolsFact {
  /** By the names that tools are looked for by. */
  readonly missing: readonly string[];
  /** newuidmap and newgidmap, where they are there: neither set-uid nor with a capability they do nothing. */
  readonly powerless: readonly string[];
  /** crun or runc; undefined where there is neither. */
  readonly runtime: string | undefined;
  readonly netavark: boolean;
}

export interface ClockFact {
  /** Undefined where nobody says. */
  readonly synchronised: boolean | undefined;
  /** A service that would do it is there. */
  readonly can: boolean;
  readonly on: boolean;
}

export interface IdsFact {
  /** Names of our accounts, where they are known. */
  readonly ours: readonly string[];
  readonly subuids: readonly SubidLine[];
  readonly subgids: readonly SubidLine[];
}

export interface RecordFact {
  readonly trouble: { readonly message: string; readonly hint: string } | undefined;
  readonly services: number;
}

/** One account of ours. */
export interface OwnFact extends AccountFact {
  readonly exists: boolean;
  readonly lingers: boolean;
  /** ActiveState of user@UID.service. */
  readonly manager: string;
  /** /run/user/UID: there and its own, there and somebody else's, or gone. */
  readonly runtime: "own" | "foreign" | "gone";
  /** Podman's process that holds the user namespace. */
  readonly pause: "none" | "fine" | "dead" | "old ids";
  /** Delegated to its manager; undefined where that does not run. */
  readonly controllers: readonly string[] | undefined;
}

/** What a unit asks for and its manager does not grant. */
export interface AskFact {
  readonly user: string;
  readonly uid: number;
  readonly unit: string;
  readonly resource: Resource;
  readonly wanted: number;
  /** What the manager runs with. */
  readonly held: number;
  /** As systemd would start it now; undefined where it does not say. */
  readonly configured: number | undefined;
}

export interface SelinuxFact {
  readonly enforcing: boolean;
  /** container-selinux is there. */
  readonly policy: boolean;
  /** Homes of ours without a rule for their stores. */
  readonly unlabelled: readonly string[];
}
