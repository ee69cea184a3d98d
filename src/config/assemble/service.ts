/** A draft as the model has it: every default filled in, every reference resolved. */
import type { Container } from "../../model/container.ts";
import type { AbsolutePath, ServiceName, UserName } from "../../model/names.ts";
import type { Port, Route, RouteLimits, Service } from "../../model/service.ts";
import { suggest } from "../../model/suggest.ts";
import type { TlsEnd } from "../../model/tls-end.ts";
import type { ServiceDraft, WrittenSite } from "../draft.ts";
import type { Path } from "../node.ts";
import type { Report } from "../report.ts";
import { keySpotAt, spotAt } from "../report.ts";
import { buildLogins, buildShells } from "./access.ts";
import { buildAsked } from "./asked.ts";
import { buildAsker } from "./asker.ts";
import { buildBackup } from "./backup.ts";
import { buildDirectories, buildFiles, buildMetrics, draftsNamed } from "./beside.ts";
import { buildDecisions } from "./decisions.ts";
import { buildEngine } from "./engine.ts";
import { type Builder, isSet, LIMIT, readCondition, readInteger, readMatching, readText } from "./fields.ts";
import { below } from "./paths.ts";
import { buildProbe } from "./probe.ts";
import { buildQuadlets } from "./quadlets.ts";
import { buildSecrets } from "./secrets.ts";
import { buildGpu, buildIdle, buildSwap } from "./sharing.ts";
import { buildTracer } from "./tracer.ts";
import { buildDetour, buildWithTwin } from "./twin.ts";

export function buildService(site: WrittenSite, draft: ServiceDraft, report: Report): Service {
  const builder: Builder = { site, draft, report };
  const { written, name, home } = draft;
  const { account } = written;
  checkOverrides(builder);
  const units = unitNames(draft);
  const containers = buildContainers(builder, units);
  return {
    name: name as ServiceName,
    description: readText(builder, ["description"]),
    from: draft.from,
    account: {
      user: draft.user as UserName,
      home: home as AbsolutePath,
      limits: Object.fromEntries(
        Object.keys(account.limits).map((key) => [
          key,
          readMatching(builder, ["account", "limits", key], ...LIMIT) ?? "",
        ]),
      ),
      capabilities: account.capabilities.map((capability) => `CAP_${capability.replace(/^CAP_/, "")}`),
      after: account.after,
      groups: account.groups,
    },
    settings: draft.settings,
    directories: buildDirectories(builder),
    files: buildFiles(builder),
    secrets: buildSecrets(builder),
    ports: buildPorts(builder),
    routes: buildRoutes(builder),
    terminatesTls: buildTlsEnd(builder, units),
    engine: buildEngine(builder),
    routesModels: written.routes_models && {
      keys: undefined,
      database: undefined,
      ...written.routes_models,
      probe: buildProbe(builder, written.routes_models.probe, ["routes_models", "probe"]),
      cache: written.routes_models.cache && {
        digits: undefined,
        ...written.routes_models.cache,
        setting: written.containers[written.routes_models.cache.container]?.when,
      },
    },
    ...buildAsker(builder),
    ...buildTracer(builder),
    pod: written.pod && { name, hosts: written.pod.hosts },
    containers,
    quadlets: buildQuadlets(builder, units),
    gpu: buildGpu(builder, containers),
    swap: buildSwap(builder),
    idle: buildIdle(builder, units),
    shells: buildShells(builder),
    logins: buildLogins(builder),
    backup: buildBackup(builder),
    decisions: buildDecisions(builder, units),
    metrics: buildMetrics(builder),
    alertsPort: written.alerts?.port,
    ...buildAsked(builder),
    hostMetrics: written.host_metrics === undefined ? undefined : below(home, written.host_metrics),
    // Whom it asks is known once all services are there.
    scrapes: written.scrapes && { container: written.scrapes.container, targets: [] },
  };
}

function buildTlsEnd(builder: Builder, units: Readonly<Record<string, string>>): TlsEnd | undefined {
  const { draft, site } = builder;
  const { written, home } = draft;
  const tls = written.terminates_tls;
  if (tls === undefined) return undefined;
  const portal = site.header.portal ? tls.portal_in : undefined;
  return {
    certificateDirectory: below(home, tls.certificate_in),
    authorityDirectory: below(home, tls.authority_in),
    clientPort: tls.client_port,
    portalDirectory: portal === undefined ? undefined : below(home, portal),
    detour: buildDetour(builder, units),
  };
}

/** Those that a setting leaves out are waited for by nobody. */
function buildContainers(builder: Builder, units: Readonly<Record<string, string>>): readonly Container[] {
  const { written } = builder.draft;
  const there = Object.entries(written.containers).filter(([name, { when }]) => {
    const setting = when === undefined ? true : readCondition(builder, ["containers", name, "when"]);
    return setting === undefined || isSet(setting);
  });
  const names = new Set(there.map(([name]) => name));
  const known = new Set(Object.keys(written.containers));
  return there.map(([name, text]) => {
    const container = buildWithTwin(builder, name, text, units[name] ?? name);
    return {
      ...container,
      after: container.after.filter((wait) => names.has(wait.container) || !known.has(wait.container)),
    };
  });
}

/** A lone container is called like its service, and so is the first of several without a pod; others carry its name in front. */
function unitNames(draft: ServiceDraft): Readonly<Record<string, string>> {
  const names = Object.keys(draft.written.containers);
  const leads = (index: number) => index === 0 && draft.written.pod === undefined;
  return Object.fromEntries(names.map((name, index) => [name, leads(index) ? draft.name : `${draft.name}-${name}`]));
}

function buildPorts({ draft, site }: Builder): readonly Port[] {
  return Object.entries(draft.written.ports).map(([name, written]) => ({
    name,
    host: draft.hostPorts[name] ?? written.host,
    container: written.container,
    bind: written.bind,
    protocols: written.protocols,
    socket: written.socket,
    redirectFrom: written.redirect_from,
    twinOf: written.twin_of,
    // A consumer may be named by its catalogue entry, so that a second instance may call as well.
    consumers: [...new Set(written.consumers.flatMap((consumer) => draftsNamed(site, consumer)))],
    onlyForConsumers: written.only_for_consumers,
  }));
}

function buildRoutes(builder: Builder): readonly Route[] {
  const { draft, site } = builder;
  const proxy = site.drafts.find((other) => other.written.terminates_tls !== undefined);
  const shared = proxy && readTransfer({ ...builder, draft: proxy }, ["terminates_tls"]);
  return draft.written.routes.map((route, index) => ({
    host: (draft.hostNames[route.host] ?? route.host).split(".")[0] ?? route.host,
    port: route.port,
    paths: route.paths,
    apiKey: route.api_key,
    limits: route.limits && readLimits(builder, ["routes", index, "limits"]),
    moved: Object.entries(route.moved).map(([from, to]) => ({ from, to })),
    ...readTransfer(builder, ["routes", index], shared),
  }));
}

function readLimits(builder: Builder, path: Path): RouteLimits {
  const limit = (key: string): number => {
    const value = readInteger(builder, [...path, key], 1);
    const at = spotAt(builder.draft.file, [...path, key]);
    if (value < 1) builder.report(at, `wanted a whole number from 1, found ${value}`);
    return value;
  };
  return { requestsPerSecond: limit("requests_per_second"), burst: limit("burst"), atOnce: limit("at_once") };
}

type Transfer = Pick<Route, "bodySize" | "readTimeoutSeconds">;

const TRANSFER: Transfer = { bodySize: "100m", readTimeoutSeconds: 3600 };

/** How much and how long; a route that does not say so takes what the proxy says for all. */
function readTransfer(builder: Builder, path: Path, shared = TRANSFER): Transfer {
  const bodySize = readMatching(builder, [...path, "body_size"], /^[0-9]+[kmg]?$/, 'a size, for example "2g"');
  return {
    bodySize: bodySize ?? shared.bodySize,
    readTimeoutSeconds: readInteger(builder, [...path, "read_timeout"], shared.readTimeoutSeconds),
  };
}

/** What the site changes must exist in the service file. */
function checkOverrides({ draft, report }: Builder): void {
  const check = (section: "hosts" | "environment", known: readonly string[], what: string): void => {
    for (const key of Object.keys(draft.entry[section])) {
      if (known.includes(key)) continue;
      const at = keySpotAt(draft.stack, ["services", draft.name, section, key]);
      report(at, `${draft.name} has no ${what} ${JSON.stringify(key)}`, suggest(key, known, `${what}s`));
    }
  };
  check(
    "hosts",
    draft.written.routes.map((route) => route.host),
    "route host",
  );
  check("environment", Object.keys(draft.written.containers), "container");
}
