/** What svc needs to know without reading the configuration: written by apply, read by the commands afterwards. */

import type { NvidiaDriver } from "./container.ts";
import type { DesiredCertificate } from "./desired-certificate.ts";
import type { AbsolutePath, ServiceName, UnitName, UserName } from "./names.ts";
import { STATE_ROOT } from "./places.ts";
import type { DesiredAccount, DesiredUnit } from "./resource.ts";
import type { Bind, Protocol } from "./service.ts";

export const INDEX_PATH = `${STATE_ROOT}/index.json` as AbsolutePath;
export const INDEX_VERSION = 1;

export interface ServiceIndex {
  readonly version: typeof INDEX_VERSION;
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
  /** In starting order: the pod first, then its members; sockets before their service. */
  readonly units: readonly IndexedUnit[];
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

export interface IndexedUnit {
  /** What a person types: "opik-mysql". */
  readonly name: string;
  readonly unit: UnitName;
  readonly kind: "container" | "pod" | "oneshot" | "socket";
  readonly description: string;
  readonly image: string;
  /** Has a health check, so that "active" means "was healthy once". */
  readonly health: boolean;
  /** What its image needs; absent where it takes any driver. */
  readonly nvidiaDriver?: NvidiaDriver;
}
