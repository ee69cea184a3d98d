/** One service as svc knows it. */
import { meaningOf } from "../gateway/meaning.ts";
import type { Container } from "../model/container.ts";
import type { IndexedLogin, IndexedService } from "../model/index-file.ts";
import type { IndexedUnit } from "../model/indexed-unit.ts";
import type { DesiredAccount, DesiredUnit } from "../model/resource.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Port, Service, Stack } from "../model/service.ts";
import { indexedAsks } from "./indexed-asks.ts";
import { indexedBackup } from "./indexed-backup.ts";
import { indexedModelCache } from "./indexed-model-cache.ts";
import { indexedProbes } from "./indexed-probes.ts";
import { indexedStore } from "./model-stores.ts";
import { callersOf, namesOf, type Site } from "./site.ts";

export function indexedService(
  stack: Stack,
  service: Service,
  units: readonly DesiredUnit[],
  site: Site,
): IndexedService {
  const account = site.identities.get(service.account.user) as DesiredAccount;
  const probes = indexedProbes(stack, service);
  const asks = indexedAsks(stack, service, site);
  const modelCache = indexedModelCache(service, site);
  const modelStore = indexedStore(stack, service);
  const containers = new Map(service.containers.map((container) => [`${container.unit}.service`, container]));
  return {
    name: service.name,
    from: service.from,
    description: service.description,
    user: account.user,
    uid: account.uid,
    gid: account.gid,
    home: account.home,
    urls: urls(stack, service, site),
    ports: service.ports.map((port) => ({
      name: port.name,
      port: port.host,
      protocols: port.protocols,
      bind: port.bind,
      redirectFrom: port.redirectFrom,
      callers: callersOf(stack, service, port).map((caller) => caller.name),
    })),
    ...askedGpus(service),
    ...(service.swap && { swap: service.swap }),
    ...(service.idle && { idle: service.idle }),
    units: units.map((unit) => indexedUnit(service, unit, containers.get(unit.unit))),
    places: {
      directories: service.directories.map((directory) => directory.path),
      files: service.files.map((file) => file.path),
      unitFiles: units.flatMap((unit) => unit.files.slice(0, 1)),
    },
    shells: service.shells.map((shell) => ({
      ...shell,
      container: service.containers.find((container) => container.name === shell.container)?.unit ?? shell.container,
      secrets: Object.fromEntries(
        Object.entries(shell.secrets).map(([variable, secret]) => [variable, podmanSecretName(service.name, secret)]),
      ),
    })),
    logins: indexedLogins(service, site),
    ...(service.backup && { backup: indexedBackup(service, service.backup) }),
    ...(probes.length > 0 && { probes }),
    ...(asks.length > 0 && { asks }),
    ...(modelCache && { modelCache }),
    ...(modelStore && { modelStore }),
    ...issuedKeys(service),
    ...(service.routesModels && stack.registry && { meaning: meaningOf(stack.registry) }),
    ...keptAnswers(service),
    ...modelMetrics(service),
    ...alerts(service),
  };
}

/** Of what runs models or leads to them: others are no concern of who reads the index. */
function modelMetrics({ name, engine, routesModels, metrics, ports }: Service): Pick<IndexedService, "metrics"> {
  const [first] = engine === undefined && routesModels === undefined ? [] : metrics;
  const port = ports.find((one) => one.name === first?.port);
  if (first === undefined || port === undefined) return {};
  const { path, secret } = first;
  return {
    metrics: { port: port.host, path, ...(secret !== undefined && { secret: podmanSecretName(name, secret) }) },
  };
}

function alerts({ ports, alertsPort }: Service): Pick<IndexedService, "alerts"> {
  const port = ports.find(({ name }) => name === alertsPort);
  return port === undefined ? {} : { alerts: port.host };
}

function issuedKeys({ name, routesModels, ports }: Service): Pick<IndexedService, "keys"> {
  const port = ports.find((one) => one.name === routesModels?.keys?.port);
  if (routesModels?.keys === undefined || port === undefined) return {};
  return { keys: { port: port.host, master: podmanSecretName(name, routesModels.keys.secret) } };
}

function keptAnswers({ routesModels, containers }: Service): Pick<IndexedService, "answers"> {
  if (routesModels?.cache === undefined) return {};
  const { container, prefix, digits, setting } = routesModels.cache;
  const unit = containers.find(({ name }) => name === container)?.unit;
  return { answers: { ...(unit && { unit }), ...(setting && { setting }), prefix, ...(digits && { digits }) } };
}

function indexedUnit(service: Service, unit: DesiredUnit, container: Container | undefined): IndexedUnit {
  const { health, log, memory, nvidiaDriver, imageMegabytes } = container ?? {};
  const says = log !== undefined && [log.phases, log.troubles, log.noise].some((list) => list.length > 0);
  return {
    name: unit.plainName,
    unit: unit.unit,
    kind: unit.kind,
    description: container?.description ?? service.description,
    image: container?.image ?? unit.container?.image ?? "",
    ...(unit.container !== undefined && unit.container.name !== unit.plainName && { container: unit.container.name }),
    health: unit.health !== undefined,
    ...(health && {
      checked: { interval: health.intervalSeconds, timeout: health.timeoutSeconds, retries: health.retries },
    }),
    after: [...new Set([...(unit.podUnit === undefined ? [] : [unit.podUnit]), ...unit.after])],
    startSeconds: unit.startTimeoutSeconds,
    ...(imageMegabytes !== undefined && { imageMegabytes }),
    ...(memory !== undefined && { memory }),
    ...(unit.reload !== undefined && { reload: unit.reload.command }),
    ...(nvidiaDriver && { nvidiaDriver }),
    ...(says && { log }),
    ...(unit.twin && { twin: unit.twin.unit }),
  };
}

function askedGpus({ gpu }: Service): Pick<IndexedService, "gpu"> {
  if (gpu === undefined) return {};
  const { devices, memory: share } = gpu;
  return { gpu: { devices, ...(share !== undefined && { share }) } };
}

function indexedLogins(service: Service, site: Site): readonly IndexedLogin[] {
  return service.logins.map((login) => ({
    ...login,
    secret: podmanSecretName(service.name, login.secret),
    urls: service.ports.filter((port) => port.name === login.port).flatMap((port) => addresses(port, site)),
  }));
}

function urls(stack: Stack, service: Service, site: Site): readonly string[] {
  const names = service.routes.flatMap((route) => namesOf(stack, site, route.host));
  const own = service.terminatesTls?.portalDirectory === undefined ? [] : [`https://${stack.domain}`];
  const routed = [...own, ...names.map(({ name }) => `https://${name}`)];
  const direct = service.ports
    .filter((port) => port.protocols.includes("tcp") && port.redirectFrom === undefined && !port.socket)
    .flatMap((port) => addresses(port, site));
  return [...routed, ...direct];
}

function addresses(port: Port, site: Site): readonly string[] {
  return port.bind.map((bind) => `http://${bind === "loopback" ? "127.0.0.1" : site.address}:${port.host}`);
}
