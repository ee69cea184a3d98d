/** What svc needs to know without reading the configuration: written by apply, read by the commands afterwards. */

import type { Login, Shell } from "./access.ts";
import type { IndexedAsk } from "./asked.ts";
import type { IndexedBackup } from "./backup.ts";
import type { DesiredCertificate } from "./desired-certificate.ts";
import type { IndexedUnit } from "./indexed-unit.ts";
import { isRecord, parseJson } from "./json.ts";
import type { Meaning } from "./meaning.ts";
import type { IndexedModelCache } from "./model-cache.ts";
import type { IndexedStore } from "./model-store.ts";
import type { AbsolutePath, ServiceName, UserName } from "./names.ts";
import { STATE_ROOT } from "./places.ts";
import type { IndexedProbe } from "./probe.ts";
import type { DesiredAccount, DesiredUnit } from "./resource.ts";
import type { Bind, Protocol } from "./service.ts";
import type { Idle, Swap } from "./sharing.ts";

export const INDEX_PATH = `${STATE_ROOT}/index.json` as AbsolutePath;
/** 2: where things are, what people get in with, what a unit waits for and what its log lines mean. */
export const INDEX_VERSION = 2;
/** What lacks in these is undefined, so that they are read as they are. */
const READABLE: readonly unknown[] = [1, INDEX_VERSION];

export function isReadable(version: unknown): boolean {
  return READABLE.includes(version);
}

/** Undefined for one that is damaged: it is written anew by the next run, and nobody guesses what it said. */
export function parseIndex(text: string): ServiceIndex | undefined {
  const index = parseJson(text);
  if (!isRecord(index) || !Array.isArray(index["services"])) return undefined;
  const isService = (value: unknown) =>
    isRecord(value) && ["name", "user"].every((key) => typeof value[key] === "string") && Array.isArray(value["units"]);
  return index["services"].every(isService) ? (index as unknown as ServiceIndex) : undefined;
}

export interface ServiceIndex {
  readonly version: number;
  readonly domain: string;
  readonly address: string;
  /** Network interface of the address. */
  readonly interface: string;
  /** People who may call every loopback port, besides root. */
  readonly operators: readonly UserName[];
  /** Where clients fetch what sets them up; undefined where nothing terminates TLS. */
  readonly page?: string;
  readonly services: readonly IndexedService[];
  /** Absent where no service ends TLS. */
  readonly certificate?: IndexedCertificate;
  /** Absent where nobody reads it. */
  readonly measured?: IndexedMeasuring;
  /** Absent where the site says nothing about backups. */
  readonly backups?: IndexedBackups;
}

export interface IndexedBackups {
  /** Absent where that is our own place. */
  readonly folder?: AbsolutePath;
  /** How often a timer takes them; absent where none does. */
  readonly everySeconds?: number;
}

/** What a timer of root's measures, and for whom. */
export interface IndexedMeasuring {
  /** Where it is laid as numbers, for Prometheus. */
  readonly directories: readonly AbsolutePath[];
  /** Where it is laid in words, for the page about the site; absent where the site wants none. */
  readonly portal?: AbsolutePath;
}

/** What a renewal needs; fingerprints of units are in the record, not here. */
export interface IndexedCertificate {
  readonly wanted: DesiredCertificate;
  readonly account: DesiredAccount;
  readonly units: readonly DesiredUnit[];
  /** Names that the site serves: one that it brings along must be valid for them. */
  readonly served: readonly string[];
}

export interface IndexedService {
  readonly name: ServiceName;
  /** Catalogue entry that it was made from. */
  readonly from: string;
  readonly description: string;
  readonly user: UserName;
  readonly uid: number;
  readonly gid: number;
  readonly home: AbsolutePath;
  readonly urls: readonly string[];
  readonly ports: readonly IndexedPort[];
  /** Absent where it asks for none, and in what an older program wrote. */
  readonly gpu?: IndexedGpu;
  /** Absent where it takes turns with nobody, and in what an older program wrote. */
  readonly swap?: Swap;
  /** Absent where it never sleeps for want of work. */
  readonly idle?: Idle;
  /** In starting order: the pod first, then its members; sockets before their service. */
  readonly units: readonly IndexedUnit[];
  /** Directories of its data and configuration, rendered files, unit files; undefined in version 1. */
  readonly places?: IndexedPlaces;
  readonly shells?: readonly Shell[];
  readonly logins?: readonly IndexedLogin[];
  /** Absent where the service file says nothing about data, and in what an older program wrote. */
  readonly backup?: IndexedBackup;
  /** How its models are asked whether they serve; absent where it has none, and in what an older program wrote. */
  readonly probes?: readonly IndexedProbe[];
  /** What else it is asked by `svc status --ask`; absent where there is nothing, and in what an older program wrote. */
  readonly asks?: readonly IndexedAsk[];
  /** Absent where its service file does not say where models lie. */
  readonly modelCache?: IndexedModelCache;
  /** Absent where it has no store that could be asked. */
  readonly modelStore?: IndexedStore;
  /** Absent where it makes no keys for people. */
  readonly keys?: IndexedKeys;
  /** Where requests for models go; absent where it leads to none, and in what an older program wrote. */
  readonly meaning?: Meaning;
  /** Absent where it keeps no answers, whatever its settings. */
  readonly answers?: IndexedAnswers;
  /** Where it says how its models do; absent where it has none, or says nothing, and in what an older program wrote. */
  readonly metrics?: IndexedMetrics;
  /** Port at loopback at which it answers as Alertmanager does; absent where it does not. */
  readonly alerts?: number;
}

export interface IndexedMetrics {
  /** At the loopback address. */
  readonly port: number;
  readonly path: string;
  /** Podman's name of the secret that is to be shown; absent where it answers everybody who reaches it. */
  readonly secret?: string;
}

export interface IndexedKeys {
  /** At the loopback address. */
  readonly port: number;
  /** Podman's name of the secret that may do everything there. */
  readonly master: string;
}

/** Answers that a service keeps in a Redis. */
export interface IndexedAnswers {
  /** The unit of that Redis, as a person types it; absent where it is switched off. */
  readonly unit?: string;
  /** What switches it on. */
  readonly setting?: string;
  readonly prefix: string;
  /** So many hexadecimal digits follow, and nothing else; absent where anything does, and in what an older program wrote. */
  readonly digits?: number;
}

export interface IndexedPlaces {
  readonly directories: readonly string[];
  readonly files: readonly string[];
  readonly unitFiles: readonly string[];
}

/** With the name that podman knows the secret by. */
export interface IndexedLogin extends Login {
  readonly urls: readonly string[];
}

export interface IndexedGpu {
  /** As podman is asked for them: "nvidia.com/gpu=0". */
  readonly devices: readonly string[];
  /** Of each GPU's memory; undefined where the service does not say. */
  readonly share?: number;
}

export interface IndexedPort {
  readonly name: string;
  /** Port on the host. */
  readonly port: number;
  readonly protocols: readonly Protocol[];
  readonly bind: readonly Bind[];
  /** The port that clients use instead of it. */
  readonly redirectFrom: number | undefined;
  /** Services that the firewall lets call it on loopback. */
  readonly callers: readonly ServiceName[];
}
