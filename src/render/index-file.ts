/** The index of services and units that svc reads instead of the configuration. */
import { INDEX_PATH, INDEX_VERSION, type IndexedService, type ServiceIndex } from "../model/index-file.ts";
import type { DesiredAccount, DesiredFile, DesiredUnit } from "../model/resource.ts";
import type { Service, Stack } from "../model/service.ts";
import type { Site } from "./site.ts";

export function indexFile(stack: Stack, units: readonly DesiredUnit[], site: Site): DesiredFile {
  const index: ServiceIndex = {
    version: INDEX_VERSION,
    domain: stack.domain,
    address: site.address,
    services: stack.services.map((service) => indexed(stack, service, units, site)),
  };
  return {
    service: undefined,
    path: INDEX_PATH,
    content: `${JSON.stringify(index, undefined, 1)}\n`,
    owner: { uid: 0, gid: 0 },
    mode: 0o600,
    role: { kind: "plain" },
  };
}

function indexed(stack: Stack, service: Service, units: readonly DesiredUnit[], site: Site): IndexedService {
  const account = site.identities.get(service.account.user) as DesiredAccount;
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
    units: units
      .filter((unit) => unit.service === service.name)
      .map((unit) => ({
        name: unit.plainName,
        unit: unit.unit,
        kind: unit.kind,
        description: containers.get(unit.unit)?.description ?? service.description,
        image: containers.get(unit.unit)?.image ?? "",
        health: unit.health !== undefined,
      })),
  };
}

function urls(stack: Stack, service: Service, site: Site): readonly string[] {
  const routed = service.routes.map((route) => `https://${route.host}.${stack.domain}`);
  const direct = service.ports
    .filter((port) => port.protocols.includes("tcp") && port.redirectFrom === undefined && !port.socket)
    .flatMap((port) =>
      port.bind.map((bind) => `http://${bind === "loopback" ? "127.0.0.1" : site.address}:${port.host}`),
    );
  return [...routed, ...direct];
}
