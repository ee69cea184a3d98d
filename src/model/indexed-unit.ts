/** What svc needs to know of one unit, as a part of its service in the index. */
import type { NvidiaDriver } from "./container.ts";
import type { LogPatterns } from "./log-pattern.ts";
import type { UnitName } from "./names.ts";

export function containerName(unit: Pick<IndexedUnit, "name" | "container">): string {
  return unit.container ?? unit.name;
}

/** It, and what may stand beside it for a while: what either writes is a part of its log. */
export function withTwin({ unit, twin }: Pick<IndexedUnit, "unit" | "twin">): readonly UnitName[] {
  return twin === undefined ? [unit] : [unit, twin];
}

export interface IndexedUnit {
  /** What a person types: "opik-mysql". */
  readonly name: string;
  readonly unit: UnitName;
  readonly kind: "container" | "pod" | "oneshot" | "socket";
  readonly description: string;
  readonly image: string;
  /** What podman calls its container; absent where that is its name. */
  readonly container?: string;
  /** Has a health check, so that "active" means "was healthy once". */
  readonly health: boolean;
  /** What its image needs; absent where it takes any driver. */
  readonly nvidiaDriver?: NvidiaDriver;
  /** From here on nothing in version 1. */
  /** Seconds between two checks, and that one may take. */
  readonly checked?: { readonly interval: number; readonly timeout: number; readonly retries: number };
  /** Units of the same service that start before it. */
  readonly after?: readonly string[];
  readonly startSeconds?: number;
  /** What a registry sends of its image, about. */
  readonly imageMegabytes?: number;
  /** Memory limit: "2g". */
  readonly memory?: string;
  readonly reload?: readonly string[];
  readonly log?: LogPatterns;
  /** Runs for the seconds in which this one is replaced beside it; its lines are this one's. */
  readonly twin?: UnitName;
}
