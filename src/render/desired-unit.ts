/** One unit of the desired state: what it is started from, what it takes over while it runs, what it needs. */

import type { Container } from "../model/container.ts";
import type { DesiredTwin } from "../model/desired-twin.ts";
import { isGpu } from "../model/gpu.ts";
import { tellsProgress } from "../model/log-pattern.ts";
import type { AbsolutePath, UnitName } from "../model/names.ts";
import { QUADLET_ROOT } from "../model/places.ts";
import type { DesiredAccount, DesiredFile, DesiredUnit, UnitReload } from "../model/resource.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service } from "../model/service.ts";
import type { ServiceSecret } from "../model/service-secret.ts";
import { fingerprint } from "./fingerprint.ts";
import type { ServiceLocks } from "./locks.ts";
import type { RenderedUnit } from "./units.ts";

const ROOT = { uid: 0, gid: 0 };

export function unitFile(unit: RenderedUnit, service: Service, account: DesiredAccount): DesiredFile {
  return {
    service: service.name,
    path: `${QUADLET_ROOT}/${account.uid}/${unit.fileName}` as AbsolutePath,
    content: unit.content,
    owner: ROOT,
    mode: 0o644,
    role: { kind: "user-unit", user: account.user },
  };
}

export function desiredUnit(
  unit: RenderedUnit,
  siblings: readonly RenderedUnit[],
  service: Service,
  configs: readonly DesiredFile[],
  account: DesiredAccount,
  { turn }: ServiceLocks,
  twin: DesiredTwin | undefined,
): DesiredUnit {
  const container = service.containers.find((c) => `${c.unit}.service` === unit.unit);
  // Files are rendered one for one, in the order of the service.
  const mounted = configs.filter((_, index) => names(service.files[index]?.restarts, container));
  const reloaded = configs.filter((_, index) => names(service.files[index]?.reloads, container));
  const secrets = (container?.secrets ?? []).map((use) =>
    JSON.stringify(definition(service.secrets.find((secret) => secret.name === use.secret))),
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
    container: container === undefined ? undefined : { name: container.unit, image: container.image },
    reload: unitReload(container, reloaded),
    after: unit.after as readonly UnitName[],
    ...(container !== undefined && container.devices.length > 0 && { devices: container.devices }),
    ...(turn !== undefined && usesGpu(container) && { turn: turn.position }),
    ...(service.swap && { swap: { ...service.swap, mayRest: service.idle !== undefined } }),
    startTimeoutSeconds: container?.startTimeoutSeconds ?? 60,
    ...(tellsProgress(container?.log) && { tellsProgress: true as const }),
    health: container?.health === undefined ? undefined : { container: container.unit },
    files: [unitFile(unit, service, account).path, ...mounted.map((file) => file.path), ...directories],
    secrets: (container?.secrets ?? []).map((use) => podmanSecretName(service.name, use.secret)),
    ...(twin && { twin }),
  };
}

function usesGpu(container: Container | undefined): boolean {
  return container?.devices.some(isGpu) === true;
}

/** Without what is for people: another word in a description is no other secret. */
function definition(secret: ServiceSecret | undefined): object | undefined {
  return secret?.kind === "supplied" ? { name: secret.name, kind: secret.kind } : secret;
}

function names(list: readonly string[] | undefined, container: Container | undefined): boolean {
  return container !== undefined && list?.includes(container.name) === true;
}

function unitReload(container: Container | undefined, files: readonly DesiredFile[]): UnitReload | undefined {
  const [program, ...rest] = container?.reload ?? [];
  if (container === undefined || program === undefined) return undefined;
  return {
    container: container.unit,
    command: [program, ...rest],
    fingerprint: fingerprint(files.map((file) => file.content)),
    files: files.map((file) => file.path),
  };
}
