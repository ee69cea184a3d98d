/** Where services say how they are, in the words of Prometheus, and who asks them. */
import type { ServiceName } from "./names.ts";

export interface Metrics {
  /** Name of the service's port. */
  readonly port: string;
  readonly path: string;
  /** Secret of the service that is to be shown; undefined where it answers everybody who reaches it. */
  readonly secret: string | undefined;
}

export interface Scraper {
  /** The container that asks, by its short name. */
  readonly container: string;
  readonly targets: readonly ScrapeTarget[];
}

export interface ScrapeTarget {
  readonly service: ServiceName;
  /** The service's name; of what more it has, with a number behind. */
  readonly job: string;
  /** As whoever asks reaches it, at its own 127.0.0.1. */
  readonly port: number;
  readonly path: string;
  /** A secret of whoever asks, a copy of the one that is to be shown. */
  readonly secret: string | undefined;
}

/** Where the container that asks finds it. */
export function credentialsFile(secret: string): string {
  return `/run/secrets/${secret}`;
}
