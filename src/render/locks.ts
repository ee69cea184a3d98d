/** Locks that services hold which share graphics cards: one while each starts, and one while one of a group is awake. */
import type { AbsolutePath, ServiceName, UnitName } from "../model/names.ts";
import { LOCK_DIRECTORY, LOCKS_UNIT, QUADLET_ROOT } from "../model/places.ts";
import type { DesiredAccount, DesiredDirectory, DesiredFile, DesiredSystemUnit } from "../model/resource.ts";
import type { Service } from "../model/service.ts";
import { gpuNeighbours } from "../model/sharing.ts";
import { fingerprint } from "./fingerprint.ts";
import { renderTemplate } from "./handlebars.ts";
import { hostFile } from "./host-file.ts";
import type { Site } from "./site.ts";

/** A plain unit that holds a lock for another one; a dot is in no name of a service. */
export interface LockUnit {
  readonly unit: string;
  readonly lock: string;
}

export interface ServiceLocks {
  /** Held from the beginning of a start until it is healthy. */
  readonly turn: (LockUnit & { readonly position: number }) | undefined;
  /** Held while it runs. */
  readonly awake: LockUnit | undefined;
}

export type Locks = ReadonlyMap<ServiceName, ServiceLocks>;

export function locksOf(services: readonly Service[]): Locks {
  const turns = new Map<ServiceName, ServiceLocks["turn"]>();
  for (const group of gpuNeighbours(services)) {
    const [first] = group;
    // Those of one group never start side by side as it is.
    const claims = new Set(group.map(({ name, swap }) => (swap === undefined ? `service ${name}` : swap.group)));
    if (first === undefined || claims.size < 2) continue;
    for (const [position, { name }] of group.entries()) {
      turns.set(name, { unit: `${name}.turn.service`, lock: `${LOCK_DIRECTORY}/turn-${first.name}`, position });
    }
  }
  return new Map(
    services.map(({ name, swap }) => {
      const lock = `${LOCK_DIRECTORY}/awake-${swap?.group}`;
      const awake = swap && { unit: `${name}.awake.service`, lock };
      return [name, { turn: turns.get(name), awake }];
    }),
  );
}

/** The units that hold them, beside those of the service. */
export function lockUnitFiles(service: Service, locks: ServiceLocks, account: DesiredAccount, site: Site) {
  const { turn, awake } = locks;
  const { group } = service.swap ?? {};
  const waits = { service: service.name, waits: true, description: `${service.description}: its turn to start` };
  const holds = { service: service.name, waits: false, description: `${service.description}: awake, of ${group}` };
  return [
    ...(turn === undefined ? [] : [lockUnitFile(turn, waits, account, site)]),
    ...(awake === undefined ? [] : [lockUnitFile(awake, holds, account, site)]),
  ].map((file): DesiredFile => ({ ...file, service: service.name }));
}

function lockUnitFile({ unit, lock }: LockUnit, view: object, account: DesiredAccount, site: Site) {
  return {
    path: `${QUADLET_ROOT}/${account.uid}/${unit}` as AbsolutePath,
    content: renderTemplate(site.template("quadlet/lock.hbs"), { ...view, lock }),
    owner: { uid: 0, gid: 0 },
    mode: 0o644,
    role: { kind: "user-unit", user: account.user } as const,
  };
}

const CONFIGURATION = "/etc/tmpfiles.d/install-quadlets.conf";

/** The files that are locked: made at boot by systemd, and by a unit of ours when they change; each for its services only. */
export function lockFiles(services: readonly Service[], locks: Locks, site: Site) {
  const uids = new Map<string, Set<number>>();
  for (const service of services) {
    const { turn, awake } = locks.get(service.name) ?? {};
    const uid = site.identities.get(service.account.user)?.uid;
    for (const held of [turn, awake]) {
      if (held !== undefined && uid !== undefined) uids.set(held.lock, (uids.get(held.lock) ?? new Set()).add(uid));
    }
  }
  const none = { directories: [], files: [], units: [] };
  if (uids.size === 0) return none;
  const view = {
    directory: LOCK_DIRECTORY,
    configuration: CONFIGURATION,
    locks: [...uids].map(([path, those]) => ({ path, uids: [...those] })),
  };
  const role = { kind: "system-unit" } as const;
  const files = [
    hostFile(site, "locks.conf", CONFIGURATION, view),
    hostFile(site, "locks.service", `/etc/systemd/system/${LOCKS_UNIT}`, view, { role }),
  ];
  const directories: readonly DesiredDirectory[] = [
    { service: undefined, path: "/etc/tmpfiles.d" as AbsolutePath, owner: { uid: 0, gid: 0 }, mode: 0o755 },
  ];
  const units: readonly DesiredSystemUnit[] = [
    { unit: LOCKS_UNIT as UnitName, fingerprint: fingerprint(files.map((file) => file.content)) },
  ];
  return { directories, files, units };
}
