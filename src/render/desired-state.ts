/** Turns the stack into everything that should be on the host. Pure: same stack and site, same bytes. */
import type { AbsolutePath, UnitName } from "../model/names.ts";
import { QUADLET_ROOT, STATE_ROOT } from "../model/places.ts";
import type {
  DesiredAccount,
  DesiredCertificate,
  DesiredDirectory,
  DesiredFile,
  DesiredState,
  DesiredUnit,
} from "../model/resource.ts";
import type { Service, Stack } from "../model/service.ts";
import { every } from "./every.ts";
import { fingerprint } from "./fingerprint.ts";
import { indexFile } from "./index-file.ts";
import { hostOwner } from "./owners.ts";
import { desiredSecrets, podmanSecretName } from "./secrets.ts";
import { renderServiceFiles } from "./service-files.ts";
import { atAddress, type Site, startOrder, upstreamPorts } from "./site.ts";
import { firewall, managerDropIn, redirects } from "./system-files.ts";
import { desiredTool } from "./tool.ts";
import { type RenderedUnit, renderUnits } from "./units.ts";

const ROOT = { uid: 0, gid: 0 };

interface ServiceParts {
  readonly directories: readonly DesiredDirectory[];
  readonly files: readonly DesiredFile[];
  readonly units: readonly DesiredUnit[];
}

export function renderState(stackAsWritten: Stack, site: Site): DesiredState {
  const stack = atAddress(stackAsWritten, site.address);
  const services = startOrder(stack);
  const parts = every(services, (service) => renderService(stack, service, site));
  const wall = firewall(redirects(stack, site));
  const tool = desiredTool(site.tool);
  const units = parts.flatMap((part) => part.units);
  return {
    address: site.address,
    accounts: services.map((service) => accountOf(service, site)),
    directories: [...rootDirectories(), ...parts.flatMap((part) => part.directories)],
    files: [
      ...(tool?.launchers ?? []),
      ...wall.files,
      indexFile(stack, units, site),
      ...parts.flatMap((part) => part.files),
    ],
    secrets: services.flatMap((service) => desiredSecrets(stack, service)),
    certificate: certificate(stack, site, units),
    images: services.flatMap(images),
    units,
    systemUnits: wall.units,
    tool: tool?.desired,
  };
}

function renderService(stack: Stack, service: Service, site: Site): ServiceParts {
  const account = accountOf(service, site);
  const configs = renderServiceFiles(stack, service, site);
  const rendered = renderUnits({
    service,
    podmanVersion: site.podmanVersion,
    listen: site.address,
    upstreamPorts: upstreamPorts(stack, service),
    secretName: (secret) => podmanSecretName(service.name, secret),
    templates: site.template,
  });
  return {
    directories: serviceDirectories(service, account),
    files: [managerDropIn(service, account), ...configs, ...rendered.map((unit) => unitFile(unit, service, account))],
    units: rendered.map((unit) => desiredUnit(unit, rendered, service, configs, account)),
  };
}

function accountOf(service: Service, site: Site): DesiredAccount {
  const account = site.identities.get(service.account.user);
  if (account === undefined) throw new Error(`no identity for ${service.account.user}`);
  return account;
}

function rootDirectories(): readonly DesiredDirectory[] {
  const directory = (path: string, mode: number) => ({
    service: undefined,
    path: path as AbsolutePath,
    owner: ROOT,
    mode,
  });
  return [
    directory(STATE_ROOT, 0o700),
    directory(`${STATE_ROOT}/ca`, 0o700),
    directory("/etc/containers", 0o755),
    directory("/etc/containers/systemd", 0o755),
    directory(QUADLET_ROOT, 0o755),
  ];
}

function serviceDirectories(service: Service, account: DesiredAccount): readonly DesiredDirectory[] {
  const owner = { uid: account.uid, gid: account.gid };
  return [
    { service: service.name, path: `${QUADLET_ROOT}/${account.uid}` as AbsolutePath, owner: ROOT, mode: 0o755 },
    {
      service: service.name,
      path: `/etc/systemd/system/user@${account.uid}.service.d` as AbsolutePath,
      owner: ROOT,
      mode: 0o755,
    },
    // Others may pass through: programs in containers run as subordinate ids and must reach their mounts.
    { service: service.name, path: account.home, owner, mode: 0o711 },
    ...service.directories.map((directory) => ({
      service: service.name,
      path: directory.path,
      owner: hostOwner(account, directory.owner),
      mode: Number.parseInt(directory.mode, 8),
    })),
  ];
}

function unitFile(unit: RenderedUnit, service: Service, account: DesiredAccount): DesiredFile {
  return {
    service: service.name,
    path: `${QUADLET_ROOT}/${account.uid}/${unit.fileName}` as AbsolutePath,
    content: unit.content,
    owner: ROOT,
    mode: 0o644,
    role: { kind: "user-unit", user: account.user },
  };
}

function desiredUnit(
  unit: RenderedUnit,
  siblings: readonly RenderedUnit[],
  service: Service,
  configs: readonly DesiredFile[],
  account: DesiredAccount,
): DesiredUnit {
  const container = service.containers.find((c) => `${c.unit}.service` === unit.unit);
  // Files are rendered one for one, in the order of the service.
  const mounted = configs.filter(
    (_, index) => container !== undefined && service.files[index]?.restarts.includes(container.name) === true,
  );
  const secrets = (container?.secrets ?? []).map((use) =>
    JSON.stringify(service.secrets.find((secret) => secret.name === use.secret)),
  );
  const pod = siblings.find((other) => other.unit === unit.podUnit);
  const declared = new Set(service.directories.map((directory) => directory.path));
  const directories = (container?.mounts ?? []).map((mount) => mount.source).filter((source) => declared.has(source));
  return {
    service: service.name,
    user: service.account.user,
    unit: unit.unit as UnitName,
    plainName: unit.unit.replace(/\.service$/, ""),
    kind: unit.kind,
    podUnit: unit.podUnit as UnitName | undefined,
    fingerprint: fingerprint([unit.content, pod?.content ?? "", ...mounted.map((file) => file.content), ...secrets]),
    after: unit.after as readonly UnitName[],
    startTimeoutSeconds: container?.startTimeoutSeconds ?? 60,
    health: container?.health === undefined ? undefined : { container: container.unit },
    files: [unitFile(unit, service, account).path, ...mounted.map((file) => file.path), ...directories],
    secrets: (container?.secrets ?? []).map((use) => podmanSecretName(service.name, use.secret)),
  };
}

function images(service: Service): DesiredState["images"] {
  const references = [...new Set(service.containers.map((container) => container.image))];
  return references.map((reference) => ({ service: service.name, user: service.account.user, reference }));
}

/** The wildcard leaf lives in the tree of the service that ends TLS; the authority's key stays with root. */
function certificate(stack: Stack, site: Site, units: readonly DesiredUnit[]): DesiredCertificate | undefined {
  const proxy = stack.services.find((service) => service.terminatesTls);
  if (proxy === undefined) return undefined;
  const account = accountOf(proxy, site);
  const inHome = (path: string) => `${account.home}/${path}` as AbsolutePath;
  const tls = proxy.directories.find((directory) => directory.path === inHome("tls"));
  return {
    service: proxy.name,
    zone: stack.domain,
    names: [`*.${stack.domain}`, stack.domain],
    authorityKey: `${STATE_ROOT}/ca/ca.key` as AbsolutePath,
    authorityCertificate: `${STATE_ROOT}/ca/ca.crt` as AbsolutePath,
    leafKey: inHome("tls/leaf.key"),
    leafCertificate: inHome("tls/leaf.crt"),
    // The directory says which id inside the container reads the key.
    owner: hostOwner(account, tls?.owner ?? { uid: 0, gid: 0 }),
    ...stack.certificate,
    publishedCertificate: inHome("www/ca.crt"),
    units: units
      .filter((unit) => unit.service === proxy.name && unit.kind === "container")
      .map((unit) => ({ user: unit.user, unit: unit.unit })),
  };
}
