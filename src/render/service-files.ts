/** Renders a service's own configuration files (nginx, dnsmasq, ClickHouse, the client script, ...). */

import { BACKUP_SECONDS } from "../model/backup.ts";
import { groupBy } from "../model/group-by.ts";
import { credentialsFile, type Scraper } from "../model/metrics.ts";
import type { Registry } from "../model/registry.ts";
import {
  AUTHORITY_BASE64,
  AUTHORITY_CERTIFICATE,
  AUTHORITY_EACH,
  AUTHORITY_END,
  AUTHORITY_FINGERPRINT,
  AUTHORITY_UUIDS,
  type DesiredFile,
} from "../model/resource.ts";
import type { Route, Service, Stack } from "../model/service.ts";
import { every } from "./every.ts";
import { renderTemplate } from "./handlebars.ts";
import { hostOwner } from "./owners.ts";
import { portalView } from "./portal-view.ts";
import { namesOf, type Site } from "./site.ts";
import { portOwner } from "./unit-names.ts";

export function renderServiceFiles(shared: SharedView, service: Service, site: Site): readonly DesiredFile[] {
  const account = site.identities.get(service.account.user);
  if (account === undefined) throw new Error(`no identity for ${service.account.user}`);
  const { stack, services, registry, userHeaders, scraped, backupPatience, portal, ...others } = shared;
  // In the order in which an error lists them.
  const view = {
    stack,
    service: { name: service.name, home: service.account.home, user: service.account.user },
    services,
    settings: service.settings,
    ports: portView(service),
    ...others,
    traces: service.sendsTraces !== undefined && { callback: service.sendsTraces.callback ?? "" },
    ...(service.routesModels === undefined ? {} : { registry, userHeaders: userHeaders.get(service.name) ?? [] }),
    ...(service.metrics.length === 0 ? {} : { scraped: scraped.has(service.name) }),
    ...(showsPortal(service) ? { portal } : {}),
    ...(service.scrapes === undefined ? {} : { targets: targetView(service.scrapes), backupPatience }),
  };
  return every(service.files, (file) => ({
    service: service.name,
    path: file.path,
    content: renderTemplate(site.template(file.template), view),
    owner: hostOwner(account, file.owner),
    mode: Number.parseInt(file.mode, 8),
    role: { kind: "config" },
  }));
}

/** The names that every template may use; documented in the README, "Adding a service". */
export interface SharedView {
  readonly stack: object;
  readonly routes: readonly object[];
  /** Of routes that take a key in X-API-Key. */
  readonly apiKeyNames: readonly string[];
  readonly services: object;
  readonly nameservers: readonly string[];
  readonly authority: object;
  /** For services that route to models. */
  readonly registry: Registry | undefined;
  /** By the service that routes: headers in which those that ask it say for whom. */
  readonly userHeaders: ReadonlyMap<string, readonly string[]>;
  /** For the service that shows the page about the site. */
  readonly portal: object;
  /** Services that somebody asks for metrics. */
  readonly scraped: ReadonlySet<string>;
  /** In which a first backup should have been taken, as Prometheus writes times: "48h". For services that scrape. */
  readonly backupPatience: string;
}

/** Made once: it grows with the stack, and so does the number of those who look at it. */
export function sharedView(stack: Stack, site: Site): SharedView {
  return {
    stack: { domain: stack.domain, address: site.address },
    routes: routeView(stack, site),
    apiKeyNames: apiKeyNames(stack, site),
    services: Object.fromEntries(
      stack.services.map((other) => [
        other.name,
        { ports: portView(other), settings: other.settings, uid: site.identities.get(other.account.user)?.uid },
      ]),
    ),
    nameservers: site.nameservers,
    authority: {
      certificate: AUTHORITY_CERTIFICATE,
      fingerprint: AUTHORITY_FINGERPRINT,
      each: AUTHORITY_EACH,
      end: AUTHORITY_END,
      base64: AUTHORITY_BASE64,
      uuids: AUTHORITY_UUIDS,
    },
    registry: stack.registry,
    userHeaders: userHeaders(stack),
    portal: stack.services.some(showsPortal) ? portalView(stack) : {},
    scraped: new Set(stack.services.flatMap(({ scrapes }) => scrapes?.targets.map(({ service }) => service) ?? [])),
    backupPatience: `${(2 * (BACKUP_SECONDS[stack.backup.every] ?? BACKUP_SECONDS.daily)) / 3600}h`,
  };
}

function userHeaders({ services }: Stack): ReadonlyMap<string, readonly string[]> {
  const asking = groupBy(
    services.flatMap(({ asksModels }) => asksModels ?? []),
    ({ service }) => service,
  );
  return new Map(
    [...asking].map(([router, askers]) => [router, [...new Set(askers.flatMap(({ userHeader }) => userHeader ?? []))]]),
  );
}

function showsPortal({ terminatesTls }: Service): boolean {
  return terminatesTls?.portalDirectory !== undefined;
}

function targetView({ targets }: Scraper): readonly object[] {
  return targets.map(({ service, job, port, path, secret }) => ({
    service,
    job,
    path,
    address: `127.0.0.1:${port}`,
    credentials: secret === undefined ? "" : credentialsFile(secret),
  }));
}

function portView(service: Service): object {
  return Object.fromEntries(service.ports.map((port) => [port.name, { host: port.host, container: port.container }]));
}

function apiKeyNames(stack: Stack, site: Site): readonly string[] {
  const routes = stack.services.flatMap((service) => service.routes.filter((route) => route.apiKey));
  return routes.flatMap((route) => namesOf(stack, site, route.host).map(({ name }) => name));
}

function routeView(stack: Stack, site: Site): readonly object[] {
  return stack.services.flatMap((service) =>
    service.routes.map((route) => ({
      host: route.host,
      name: `${route.host}.${stack.domain}`,
      names: namesOf(stack, site, route.host),
      service: service.name,
      port: service.ports.find((port) => port.name === route.port)?.host,
      ...twinView(service, route),
      bodySize: route.bodySize,
      readTimeout: route.readTimeoutSeconds,
      paths: route.paths,
      limits: route.limits,
      moved: route.moved,
      maySleep: service.swap !== undefined,
    })),
  );
}

/** Only where who answers there can be replaced that way: the port alone leads nowhere. */
function twinView(service: Service, { port: name }: Route): { readonly twin?: number } {
  const port = service.ports.find((candidate) => candidate.name === name);
  const twin = service.ports.find(({ twinOf }) => twinOf === name);
  const isReplaced = port !== undefined && portOwner(service, port)?.twin !== undefined;
  return twin !== undefined && isReplaced ? { twin: twin.host } : {};
}
