/** What svc needs to know without reading the configuration: written by apply, read by the commands afterwards. */
import type { AbsolutePath, ServiceName, UnitName, UserName } from "./names.ts";
import { STATE_ROOT } from "./places.ts";

export const INDEX_PATH = `${STATE_ROOT}/index.json` as AbsolutePath;
export const INDEX_VERSION = 1;

export interface ServiceIndex {
  readonly version: typeof INDEX_VERSION;
  readonly domain: string;
  readonly address: string;
  readonly services: readonly IndexedService[];
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
  /** In starting order: the pod first, then its members; sockets before their service. */
  readonly units: readonly IndexedUnit[];
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
}
