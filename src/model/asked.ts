/** What a service is asked, besides its models, to see that it does what it is there for: routes, names, and requests of its own. */
import type { ServiceName } from "./names.ts";

/** As a service file says it. `$<id>` stands for a new id, `$<now>` for the time, in paths and bodies alike. */
export interface Asked {
  /** What is to come back, in words. */
  readonly wanted: string;
  readonly port: string;
  readonly steps: readonly AskedStep[];
  /** Seconds until it must have come. */
  readonly within: number;
  /** What to do where it does not. */
  readonly hint: string | undefined;
}

export interface AskedStep {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Where in the answer something must be: keys with dots between. */
  readonly find?: string;
  /** What it must be. */
  readonly equals?: string;
  /** Asked even where a step before it failed: it takes away what was made. */
  readonly anyway?: true;
}

export type IndexedAsk = IndexedRoute | IndexedName | IndexedRequest;

/** A public name that the proxy hands on. */
export interface IndexedRoute {
  readonly kind: "route";
  readonly name: string;
  readonly path: string;
  /** Who is behind it. */
  readonly to: ServiceName;
}

/** A name that a name server has to know. */
export interface IndexedName {
  readonly kind: "name";
  readonly name: string;
  /** What it must say. */
  readonly address: string;
  /** Where it answers. */
  readonly at: { readonly address: string; readonly port: number };
}

/** Requests, one after another. */
export interface IndexedRequest {
  readonly kind: "request";
  /** Who answers: the service itself, or one that it depends on for this. */
  readonly of: ServiceName;
  readonly wanted: string;
  /** The name that clients use; absent where the service has none for that port. */
  readonly name?: string;
  /** At the loopback address. */
  readonly port: number;
  /** Podman's name of the secret that is shown. */
  readonly secret?: string;
  readonly steps: readonly AskedStep[];
  readonly within: number;
  readonly hint?: string;
}
