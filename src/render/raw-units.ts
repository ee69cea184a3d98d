/** Quadlets that a service brings along, as files and units of the desired state: the text is theirs, to the byte. What we add is beside it. */
import { ConfigError, type Diagnostic } from "../model/diagnostic.ts";
import type { AbsolutePath, UnitName } from "../model/names.ts";
import { QUADLET_ROOT } from "../model/places.ts";
import { foldersOf } from "../model/quadlet-file.ts";
import type { DesiredAccount, DesiredDirectory, DesiredFile, DesiredUnit } from "../model/resource.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service } from "../model/service.ts";
import { type RawUnit, readRaw } from "../raw/unit.ts";
import { fingerprint } from "./fingerprint.ts";
import type { ServiceLocks } from "./locks.ts";
import { judgeRaw } from "./raw-check.ts";
import { type RawTurn, rawTurn } from "./raw-turn.ts";
import type { Site } from "./site.ts";
import type { RenderedUnit } from "./units.ts";

interface RawParts {
  readonly directories: readonly DesiredDirectory[];
  readonly files: readonly DesiredFile[];
  readonly units: readonly DesiredUnit[];
  /** What is pulled before a start. */
  readonly images: readonly string[];
  readonly warnings: readonly Diagnostic[];
}

const ROOT = { uid: 0, gid: 0 };

interface RawContext {
  readonly service: Service;
  readonly account: DesiredAccount;
  /** What is rendered beside them. */
  readonly rendered: readonly RenderedUnit[];
  readonly locks: ServiceLocks;
  readonly site: Site;
}

export function rawParts({ service, account, rendered, locks, site }: RawContext): RawParts {
  if (service.quadlets.length === 0) return { directories: [], files: [], units: [], images: [], warnings: [] };
  const units = readRaw(service.quadlets, account.home, site.podmanVersion);
  const { faults, warnings } = judgeRaw(service, units, rendered, site);
  if (faults.length > 0) throw new ConfigError(faults);
  const place = (name: string) => `${QUADLET_ROOT}/${account.uid}/${name}` as AbsolutePath;
  const turns = new Map(units.map((raw) => [raw.service, rawTurn(raw, locks, service, site)]));
  const files = [...service.quadlets, ...[...turns.values()].flatMap((turn) => turn?.dropIn ?? [])];
  return {
    directories: foldersOf(files).map((name) => ({
      service: service.name,
      path: place(name),
      owner: ROOT,
      mode: 0o755,
    })),
    files: files.map(({ name, content }) => ({
      service: service.name,
      path: place(name),
      content,
      owner: ROOT,
      mode: 0o644,
      role: { kind: "user-unit", user: account.user },
    })),
    units: units.map((raw) => rawUnit(raw, units, service, place, turns.get(raw.service))),
    images: imagesOf(units),
    warnings,
  };
}

/** What a .build of the service makes, no registry has. */
function imagesOf(units: readonly RawUnit[]): readonly string[] {
  const built = new Set(
    units.flatMap(({ unit }) => (unit.kind === "build" ? unit.entries : [])).map(({ value }) => value),
  );
  return [...new Set(units.flatMap(({ image }) => image?.reference ?? []))].filter((image) => !built.has(image));
}

function rawUnit(
  raw: RawUnit,
  all: readonly RawUnit[],
  service: Service,
  place: (name: string) => AbsolutePath,
  turn: RawTurn | undefined,
): DesiredUnit {
  const { unit, container, image, hasHealth } = raw;
  const declared = new Set<string>(service.directories.map((directory) => directory.path));
  const mounted = raw.mounts.map(({ path }) => path as AbsolutePath).filter((path) => declared.has(path));
  const secrets = raw.secrets.map(({ name }) =>
    JSON.stringify(service.secrets.find((secret) => podmanSecretName(service.name, secret.name) === name) ?? name),
  );
  return {
    service: service.name,
    user: service.account.user,
    unit: raw.service as UnitName,
    plainName: raw.service.replace(/\.service$/, ""),
    kind: unit.kind === "pod" ? "pod" : raw.isOneshot ? "oneshot" : "container",
    podUnit: raw.pod as UnitName | undefined,
    fingerprint: fingerprint([...textsOf(raw, all), ...secrets, ...(turn === undefined ? [] : [turn.dropIn.content])]),
    container: container === undefined ? undefined : { name: container, image: image?.reference ?? "" },
    reload: undefined,
    after: raw.after as readonly UnitName[],
    ...(raw.devices.length > 0 && { devices: raw.devices.map(({ name }) => name) }),
    ...(turn && { turn: turn.position }),
    startTimeoutSeconds: raw.startSeconds,
    health: hasHealth && container !== undefined ? { container } : undefined,
    files: [...filesOf(raw), ...(turn === undefined ? [] : [turn.dropIn])]
      .map(({ name }) => place(name))
      .concat(mounted),
    secrets: raw.secrets.map(({ name }) => name),
  };

  function filesOf({ unit: { file, dropIns } }: RawUnit): Service["quadlets"] {
    const paths = [file, ...dropIns].map(({ path }) => path);
    return paths.flatMap((path) => service.quadlets.filter((quadlet) => quadlet.path === path));
  }
}

/** Its own, and that of what it needs: a network or a pod that is made anew takes those in it along. */
function textsOf(raw: RawUnit, all: readonly RawUnit[], seen = new Set<string>()): readonly string[] {
  if (seen.has(raw.service)) return [];
  seen.add(raw.service);
  const needed = all.filter(({ unit, service }) => unit.kind !== "container" && raw.after.includes(service));
  const own = [raw.unit.file, ...raw.unit.dropIns].map(({ text }) => text);
  return [...own, ...needed.flatMap((other) => textsOf(other, all, seen))];
}
