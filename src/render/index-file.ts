/** The index of services and units that svc reads instead of the configuration. */
import { BACKUP_SECONDS } from "../model/backup.ts";
import { type DesiredCertificate, servesLeaf } from "../model/desired-certificate.ts";
import { groupBy } from "../model/group-by.ts";
import { INDEX_PATH, INDEX_VERSION, type IndexedCertificate, type ServiceIndex } from "../model/index-file.ts";
import type { DesiredAccount, DesiredFile, DesiredUnit } from "../model/resource.ts";
import type { Stack } from "../model/service.ts";
import { servedNames } from "./certificate.ts";
import { indexedService } from "./indexed-service.ts";
import type { Site } from "./site.ts";

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
    services: stack.services.map((service) => indexedService(stack, service, unitsOf.get(service.name) ?? [], site)),
    ...(certificate === undefined ? {} : { certificate: indexedCertificate(certificate, stack, units, site) }),
    ...measuring(stack),
    ...backups(stack),
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

function measuring({ services }: Stack): Pick<ServiceIndex, "measured"> {
  const directories = services.flatMap(({ hostMetrics }) => hostMetrics ?? []);
  const [portal] = services.flatMap(({ terminatesTls }) => terminatesTls?.portalDirectory ?? []);
  if (directories.length === 0 && portal === undefined) return {};
  return { measured: { directories, ...(portal !== undefined && { portal }) } };
}

function backups({ backup }: Stack): Pick<ServiceIndex, "backups"> {
  const everySeconds = BACKUP_SECONDS[backup.every];
  if (backup.to === undefined && everySeconds === undefined) return {};
  return {
    backups: {
      ...(backup.to !== undefined && { folder: backup.to }),
      ...(everySeconds !== undefined && { everySeconds }),
    },
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
