/** The stack after config/resolve: every default filled in, every reference interpolated, nothing optional by accident. */
import type { Login, Shell } from "./access.ts";
import type { Asked } from "./asked.ts";
import type { Backup, BackupTimer } from "./backup.ts";
import type { Container } from "./container.ts";
import type { Written } from "./diagnostic.ts";
import type { Metrics, Scraper } from "./metrics.ts";
import type { ModelAsker, ModelRouter } from "./model-router.ts";
import type { AbsolutePath, ServiceName, UserName } from "./names.ts";
import type { InnerOwner } from "./owner.ts";
import type { QuadletFile } from "./quadlet-file.ts";
import type { Engine, Registry } from "./registry.ts";
import type { ServiceSecret } from "./service-secret.ts";
import type { GpuShare, Idle, Swap } from "./sharing.ts";
import type { StackCertificate } from "./stack-certificate.ts";
import type { TlsEnd } from "./tls-end.ts";
import type { TraceSender } from "./traces.ts";

export type SettingValue = string | number | boolean | readonly string[];

export interface Stack {
  /** DNS zone of the site, for example "liminati.internal". */
  readonly domain: string;
  /** "auto" (the Tailscale IPv4) or an IPv4 address of this host. */
  readonly listen: string;
  /** Network interface of that address; "auto": the one that has it. */
  readonly interface: string;
  /** People of this host who may call every loopback port; "auto": who ran sudo at the first run. */
  readonly operators: readonly UserName[] | "auto";
  /** Members of this group of the host may look without root; undefined: nobody. */
  readonly readers: string | undefined;
  /** Name servers for names outside the zone; empty: those of the host. */
  readonly dnsUpstreams: readonly string[];
  readonly certificate: StackCertificate;
  /** How often a timer runs `verify`. */
  readonly verify: "off" | "hourly" | "daily" | "weekly";
  readonly backup: BackupTimer;
  readonly services: readonly Service[];
  /** Undefined where no service routes to models. */
  readonly registry: Registry | undefined;
  /** Where the site wrote what only the host can judge. */
  readonly written: Readonly<Record<"listen" | "readers", Written>> & { readonly operators: readonly Written[] };
}

export interface Service {
  readonly name: ServiceName;
  readonly description: string;
  /** Name of the catalogue file that it was made from; differs from `name` for a second instance. */
  readonly from: string;
  readonly account: ServiceAccount;
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly directories: readonly ServiceDirectory[];
  readonly files: readonly ServiceFile[];
  readonly secrets: readonly ServiceSecret[];
  readonly ports: readonly Port[];
  readonly routes: readonly Route[];
  /** Set for the service that ends TLS for all routes and holds the leaf certificate. */
  readonly terminatesTls: TlsEnd | undefined;
  /** Undefined where it uses no graphics card. */
  readonly gpu: GpuShare | undefined;
  readonly swap: Swap | undefined;
  readonly idle: Idle | undefined;
  /** Set for a service that serves models. */
  readonly engine: Engine | undefined;
  /** Set for a service that leads requests to models. */
  readonly routesModels: ModelRouter | undefined;
  /** Left out where it asks for none. */
  readonly asksModels?: ModelAsker;
  /** Left out where it sends none. */
  readonly sendsTraces?: TraceSender;
  readonly pod: Pod | undefined;
  readonly containers: readonly Container[];
  /** Unit files beside those that are rendered, as they are. */
  readonly quadlets: readonly QuadletFile[];
  readonly shells: readonly Shell[];
  readonly logins: readonly Login[];
  /** Undefined where the service file says nothing about data. */
  readonly backup: Backup | undefined;
  /** What nobody has decided yet. */
  readonly decisions: readonly Decision[];
  /** Where it answers with its metrics. */
  readonly metrics: readonly Metrics[];
  /** Where it wants to find what root measures of host and units. */
  readonly hostMetrics: AbsolutePath | undefined;
  /** Name of the port at which it says which alerts fire; undefined where it knows of none. */
  readonly alertsPort: string | undefined;
  /** What shows that it does what it is there for; left out where its file says nothing. */
  readonly asks?: readonly Asked[];
  /** Name of the port at which it answers for the names of the zone; left out where it is no name server. */
  readonly answersNames?: string;
  /** Set for a service that asks all others for theirs. */
  readonly scrapes: Scraper | undefined;
}

/** From that version on something is another thing, of which a person should have read before data meet it. */
export interface Decision {
  readonly name: string;
  /** Plain name of the unit. */
  readonly unit: string;
  /** Version, as tags begin: "9", "7.4". */
  readonly since: string;
  readonly why: string;
}

export interface ServiceAccount {
  readonly user: UserName;
  readonly home: AbsolutePath;
  /** Limits of the user manager (user@UID.service), for example LimitMEMLOCK. */
  readonly limits: Readonly<Record<string, string>>;
  /** Capabilities of the user manager itself, for example CAP_NET_BIND_SERVICE for low-port sockets. */
  readonly capabilities: readonly string[];
  /** System units that the user manager starts after and wants, for example "nvidia-cdi-refresh.service". */
  readonly after: readonly string[];
  /** Groups of the host that its user manager, and what that starts, are in as well. */
  readonly groups: readonly string[];
}

export interface ServiceDirectory {
  readonly path: AbsolutePath;
  readonly owner: InnerOwner;
  /** Four octal digits, for example "0750". */
  readonly mode: string;
}

/** A file rendered from a Handlebars template. */
export interface ServiceFile {
  /** Template path below templates/, for example "nginx/nginx.conf.hbs". */
  readonly template: string;
  readonly path: AbsolutePath;
  readonly owner: InnerOwner;
  readonly mode: string;
  /** Names of the containers that must restart when the file changes. */
  readonly restarts: readonly string[];
  /** Names of the containers that take the change over while they run, through their reload command. */
  readonly reloads: readonly string[];
}

export type Bind = "loopback" | "tailnet";
export type Protocol = "tcp" | "udp";

export interface Port {
  readonly name: string;
  /** Port on the host. */
  readonly host: number;
  /** Port inside the container's (or the pod's) network namespace. */
  readonly container: number;
  readonly bind: readonly Bind[];
  readonly protocols: readonly Protocol[];
  /** systemd listens and hands the descriptor over, instead of podman publishing the port. */
  readonly socket: boolean;
  /** Port that nftables redirects to this one on the tailnet address. */
  readonly redirectFrom: number | undefined;
  /** Services that may connect to the loopback side; the proxy is added for every routed port. */
  readonly consumers: readonly ServiceName[];
  /** Left out where there are none. */
  readonly onlyForConsumers: boolean;
  /** The port at which a second instance answers instead, while one replaces the other. */
  readonly twinOf: string | undefined;
  /** A quadlet of the service publishes it. */
  readonly byQuadlet?: true;
}

/** A host name below the zone that the proxy forwards to a port of this service. */
export interface Route {
  readonly host: string;
  readonly port: string;
  readonly bodySize: string;
  readonly readTimeoutSeconds: number;
  /** Path prefixes that are open; empty means all. */
  readonly paths: readonly string[];
  /** A key may come in X-API-Key as well. */
  readonly apiKey: boolean;
  /** For each address; undefined: none. */
  readonly limits: RouteLimits | undefined;
  /** Paths to read, and where the service has them. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
}

export interface RouteLimits {
  readonly requestsPerSecond: number;
  /** So many more now and then. */
  readonly burst: number;
  readonly atOnce: number;
}

export interface Pod {
  readonly name: string;
  /** Names that resolve to 127.0.0.1 inside the pod. */
  readonly hosts: readonly string[];
}
