/** What follows from metrics that services declare: who may ask, with which secrets, and which ports are there at all. */
import { credentialsFile, type ScrapeTarget } from "../model/metrics.ts";
import type { ServiceName } from "../model/names.ts";
import type { Service } from "../model/service.ts";
import type { SecretUse, ServiceSecret } from "../model/service-secret.ts";
import { innerOwner } from "./assemble/fields.ts";
import { withConsumers } from "./consumers.ts";

/** Whoever asks becomes a consumer of what it asks; then ports go that are there for consumers and have none. */
export function withScrapers(services: readonly Service[]): readonly Service[] {
  const scrapers = services.filter(({ scrapes }) => scrapes !== undefined).map(({ name }) => name);
  const asked = services.map((service) => withoutIdlePorts(withMeters(service, scrapers)));
  return asked.map((service) => (service.scrapes === undefined ? service : withTargets(service, asked)));
}

function withMeters(service: Service, scrapers: readonly ServiceName[]): Service {
  const ports = new Set(service.metrics.map(({ port }) => port));
  const others = scrapers.filter((name) => name !== service.name);
  return withConsumers(service, (port) => (ports.has(port) ? others : []));
}

function withoutIdlePorts(service: Service): Service {
  const ports = service.ports.filter(({ onlyForConsumers, consumers }) => !onlyForConsumers || consumers.length > 0);
  if (ports.length === service.ports.length) return service;
  const names = new Set(ports.map(({ name }) => name));
  return { ...service, ports, metrics: service.metrics.filter(({ port }) => names.has(port)) };
}

function withTargets(service: Service, services: readonly Service[]): Service {
  const { scrapes } = service;
  if (scrapes === undefined) return service;
  const secrets: ServiceSecret[] = [];
  const targets = services.flatMap((other) =>
    other.metrics.flatMap(({ port: name, path, secret }, index): readonly ScrapeTarget[] => {
      const port = other.ports.find((candidate) => candidate.name === name);
      if (port === undefined) return [];
      const isOwn = other.name === service.name;
      const copy = secret === undefined || isOwn ? secret : `metrics_${other.name}_${secret}`;
      if (secret !== undefined && copy !== undefined && !isOwn && !secrets.some((one) => one.name === copy))
        secrets.push({ name: copy, kind: "copy", service: other.name, secret });
      const job = index === 0 ? other.name : `${other.name}/${index + 1}`;
      return [{ service: other.name, job, port: isOwn ? port.container : port.host, path, secret: copy }];
    }),
  );
  const shown = [...new Set(targets.flatMap(({ secret }) => secret ?? []))];
  return {
    ...service,
    secrets: [...service.secrets, ...secrets],
    scrapes: { ...scrapes, targets },
    containers: service.containers.map((container) => {
      if (container.name !== scrapes.container) return container;
      const owner = innerOwner(container.user ?? "0:0");
      const uses = shown.map(
        (secret): SecretUse => ({ secret, as: { kind: "file", path: credentialsFile(secret), owner, mode: "0400" } }),
      );
      return { ...container, secrets: [...container.secrets, ...uses] };
    }),
  };
}
