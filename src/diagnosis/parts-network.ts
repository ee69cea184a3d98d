/** What is known of the network: units that make it, Tailscale, sockets, firewalls. */
import type { ListenerFact } from "../model/facts.ts";
import type { PortOfOurs } from "../model/listener.ts";
import type { ServeFact, TailnetFact } from "../model/tailscale.ts";

/** ActiveState of units of the system, by name; what is not there is not in it. */
export type UnitStates = ReadonlyMap<string, string>;

export interface TailscaleFact {
  readonly installed: boolean;
  /** BackendState; undefined where its daemon does not answer. */
  readonly state: string | undefined;
  readonly tailnet: TailnetFact;
  readonly served: ServeFact;
  /** Undefined where the key does not end. */
  readonly keyExpiry: Date | undefined;
  readonly tagged: boolean;
  /** What Tailscale itself complains of. */
  readonly health: readonly string[];
  /** Servers by domain, without a dot at the end; undefined where it does not say. */
  readonly routes: ReadonlyMap<string, readonly string[]> | undefined;
}

export interface SocketsFact {
  readonly listeners: readonly HolderFact[];
  /** The address of this host that the tailnet's ports are on. */
  readonly address: string | undefined;
  /** None where only root may know which are ours. */
  readonly wanted: readonly WantedPort[];
}

export interface WantedPort extends PortOfOurs {
  readonly service: string;
  readonly name: string;
  /** Calls of it are led to a port of ours: whoever holds it does not hear them at our address. */
  readonly redirected: boolean;
}

export interface HolderFact extends ListenerFact {
  /** "apache2.service", where it is one of the system. */
  readonly unit: string | undefined;
}

/** Ports with their protocols, "443/tcp" or "9000-9010/udp"; undefined where it is not known. */
export type Opened = readonly string[] | "everything" | undefined;

export interface FirewallFact {
  /** Where the site is served, or would be; undefined where that is not known. */
  readonly interface: string | undefined;
  /** What it lets in at that interface; undefined where it is not there or was not asked. */
  readonly firewalld: { readonly zone: string; readonly opened: Opened } | undefined;
  /** Undefined where it is not on. */
  readonly ufw: { readonly opened: Opened } | undefined;
  /** Our own table is loaded; undefined where only root may know, or none is wanted. */
  readonly table: boolean | undefined;
}
