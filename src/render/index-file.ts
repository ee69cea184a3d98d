/** The index of services and units that svc reads instead of the configuration. */
import { type DesiredCertificate, servesLeaf } from "../model/desired-certificate.ts";
import { isGpu } from "../model/gpu.ts";
import { groupBy } from "../model/group-by.ts";
import {
  INDEX_PATH,
  INDEX_VERSION,
  type IndexedCertificate,
  type IndexedService,
  type ServiceIndex,
} from "../model/index-file.ts";
import type { DesiredAccount, DesiredFile, DesiredUnit } from "../model/resource.ts";
import type { Service, Stack } from "../model/service.ts";
import { servedNames } from "./certificate.ts";
import { callersOf, namesOf, type Site } from "./site.ts";

export function indexFile(
  stack: Stack,
  units: readonly DesiredUnit[],
  certificate: DesiredCertificate | undefined,
  site: Site,
): DesiredFile {
  const unitsOf = groupBy(units, (unit) => unit.service);
  const index: ServiceIndex = {
    version: INDEX_VERSION,
    domain: stack.domain,
    address: site.address,
    interface: site.interface,
    operators: site.operators.map((operator) => operator.user),
    ...clientPage(stack, site),
    services: stack.services.map((service) => indexed(stack, service, unitsOf.get(service.name) ?? [], site)),
    ...(certificate === undefined ? {} : { certificate: indexedCertificate(certificate, stack, units, site) }),
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

function clientPage(stack: Stack, site: Site): { readonly page?: string } {
  const proxy = stack.services.find((service) => service.terminatesTls !== undefined);
  const port = proxy?.ports.find((port) => port.name === proxy.terminatesTls?.clientPort);
  return port === undefined ? {} : { page: `http://${site.address}:${port.host}/` };
}

function indexedCertificate(
  wanted: DesiredCertificate,
  stack: Stack,
  units: readonly DesiredUnit[],
  site: Site,
): IndexedCertificate {
  const account = [...site.identities.values()].find(({ service }) => service === wanted.service) as DesiredAccount;
  const serving = units.filter((unit) => servesLeaf(unit, wanted));
  return {
    wanted,
    account,
    units: serving.map((unit) => ({
      ...unit,
      fingerprint: "",
      files: [],
      reload: unit.reload && { ...unit.reload, fingerprint: "", files: [] },
    })),
    served: servedNames(stack),
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
    ports: service.ports.map((port) => ({
      name: port.name,
      port: port.host,
      protocols: port.protocols,
      bind: port.bind,
      redirectFrom: port.redirectFrom,
      callers: callersOf(stack, service, port).map((caller) => caller.name),
    })),
    ...askedGpus(service),
    units: units.map((unit) => {
      const container = containers.get(unit.unit);
      return {
        name: unit.plainName,
        unit: unit.unit,
        kind: unit.kind,
        description: container?.description ?? service.description,
        image: container?.image ?? "",
        health: unit.health !== undefined,
        ...(container?.nvidiaDriver && { nvidiaDriver: container.nvidiaDriver }),
      };
    }),
  };
}

/** A service says its share in the setting that vLLM's flag is made of. */
function askedGpus({ containers, settings }: Service): Pick<IndexedService, "gpu"> {
  const devices = containers.flatMap((container) => container.devices).filter(isGpu);
  const share = settings["gpu_memory_utilization"];
  return devices.length === 0 ? {} : { gpu: { devices, ...(typeof share === "number" && { share }) } };
}

function urls(stack: Stack, service: Service, site: Site): readonly string[] {
  const names = service.routes.flatMap((route) => namesOf(stack, site, route.host));
  const routed = names.map(({ name }) => `https://${name}`);
  const direct = service.ports
    .filter((port) => port.protocols.includes("tcp") && port.redirectFrom === undefined && !port.socket)
    .flatMap((port) =>
      port.bind.map((bind) => `http://${bind === "loopback" ? "127.0.0.1" : site.address}:${port.host}`),
    );
  return [...routed, ...direct];
}
