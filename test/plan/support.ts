/** A site of two small services, a host on which all of it is in place, and ways to change one thing. */

import type { HostFacts, PathFact, StateFacts, UnitFact } from "../../src/model/facts.ts";
import { fillAuthority } from "../../src/model/fill-authority.ts";
import { INDEX_PATH, parseIndex } from "../../src/model/index-file.ts";
import type { AbsolutePath, Address } from "../../src/model/names.ts";
import { type Plan, stepsOf } from "../../src/model/plan.ts";
import { unitKey } from "../../src/model/record-keys.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import { makePlan } from "../../src/plan/make-plan.ts";
import { parseApplied } from "../../src/record/applied.ts";
import desiredSite from "./site.ts";

export interface World {
  readonly desired: DesiredState;
  readonly host: HostFacts;
  readonly state: StateFacts;
}

const NOW = new Date("2026-11-21T12:00:00Z");
const AUTHORITY = {
  pem: "PEM\n",
  notAfter: new Date("2036-01-01T00:00:00Z"),
  fingerprint: "AA:BB",
  permits: ["100.64.0.1"],
};

/** Connected, without HTTPS certificates. */
export const TAILNET: HostFacts["tailnet"] = {
  running: true,
  address: "100.64.0.1" as Address,
  names: [],
  userspace: false,
  version: "1.98.9",
};
export const TAILSCALE_DOWN: HostFacts["tailnet"] = { ...TAILNET, running: false, address: undefined };

/** Facts of a host on which everything is as wanted. */
export function settledWorld(desired: DesiredState = desiredSite): World {
  return structuredClone({ desired, host: hostOf(desired), state: stateOf(desired) });
}

function hostOf({ accounts }: DesiredState): HostFacts {
  return {
    effectiveUid: 0,
    now: NOW,
    systemdVersion: 257,
    podmanVersion: "5.4.2",
    missingTools: [],
    os: { name: "Debian GNU/Linux 13 (trixie)", family: "debian" },
    podmanOffered: undefined,
    tailnet: TAILNET,
    served: { ports: [], services: [] },
    nvidiaDriver: undefined,
    supplied: undefined,
    addresses: ["192.0.2.10", "100.64.0.1"] as unknown as HostFacts["addresses"],
    interfaces: new Map([["100.64.0.1", "tailscale0"]]),
    sudoUser: undefined,
    decided: undefined,
    nameservers: ["9.9.9.9"],
    manRoot: "/usr/local/share/man" as AbsolutePath,
    sudoDirectory: undefined,
    hasSudo: true,
    accounts: accounts.map(({ user, uid, gid, home }) => ({ user, uid, gid, home })),
    groups: accounts.map(({ user, gid }) => ({ name: user, gid })),
    subuids: accounts.map(({ user, subuid }) => ({ owner: user, ...subuid })),
    subgids: accounts.map(({ user, subgid }) => ({ owner: user, ...subgid })),
  };
}

function stateOf(desired: DesiredState): StateFacts {
  const users = desired.accounts.map((account) => account.user);
  const each = <T>(read: (user: string) => T) => new Map(users.map((user) => [user, read(user)] as const));
  return {
    aside: new Map(),
    lingering: users,
    paths: pathsOf(desired),
    index: parseIndex(desired.files.find(({ path }) => path === INDEX_PATH)?.content ?? ""),
    secrets: each((user) => desired.secrets.filter((s) => s.user === user).map((s) => s.name)),
    images: each((user) => new Map(desired.images.filter((i) => i.user === user).map((i) => [i.reference, "1d"]))),
    containers: each(
      (user) =>
        new Map(
          desired.units.flatMap((u): [string, string][] =>
            u.user === user && u.container !== undefined ? [[u.container.name, "1d"]] : [],
          ),
        ),
    ),
    units: each((user) => desired.units.filter((u) => u.user === user).map((u) => running(u.unit))),
    systemUnits: desired.systemUnits.map(({ unit }) => running(unit)),
    managers: each(() => ({ active: "active", limits: {} })),
    certificate: {
      authority: AUTHORITY,
      next: undefined,
      tailscale: undefined,
      trust: AUTHORITY,
      ownMatches: false,
      leaf: {
        fingerprint: "leaf",
        notAfter: new Date("2027-06-01T00:00:00Z"),
        names: desired.certificate?.names ?? [],
        addresses: [],
        signedByAuthority: true,
        matchesKey: true,
        byAuthority: true,
      },
      publishedMatches: true,
    },
    listeners: [],
    missingTables: [],
    applied: { ...parseApplied('{"version": 1}'), units: startedWith(desired) },
    remains: { entries: new Map(), mounts: [] },
  };
}

function running(unit: UnitFact["unit"]): UnitFact {
  const state = { load: "loaded", active: "active", sub: "running", result: "success" };
  const limits = { startLimitSeconds: 300, stopLimitSeconds: 45 };
  return {
    unit,
    ...state,
    needsReload: false,
    since: "",
    startSeconds: 4.2,
    ...limits,
    restarts: 0,
    mainPid: 0,
    queued: false,
  };
}

function pathsOf(desired: DesiredState): StateFacts["paths"] {
  const directories = desired.directories.map(
    ({ path, mode, owner }) => [path, { kind: "directory", mode, ...owner } satisfies PathFact] as const,
  );
  const files = desired.files.map(({ path, mode, owner, content }) => {
    const fact: PathFact = { kind: "file", mode, ...owner, content: fillAuthority(content, AUTHORITY) };
    return [path, fact] as const;
  });
  const tool = desired.tool && ([desired.tool.target, { kind: "directory", mode: 0o755, uid: 0, gid: 0 }] as const);
  return new Map<string, PathFact>([
    ...directories,
    ...files,
    ...(tool ? [tool] : []),
  ]) as unknown as StateFacts["paths"];
}

function startedWith(desired: DesiredState): Readonly<Record<string, string>> {
  const tls = new Set(desired.certificate?.units.map((unit) => unitKey(unit.user, unit.unit)));
  const units = desired.units.map((unit) => {
    const key = unitKey(unit.user, unit.unit);
    const reload = unit.reload === undefined ? "" : ` reload:${unit.reload.fingerprint}`;
    return [key, `${unit.fingerprint}${reload}${tls.has(key) ? " leaf:leaf" : ""}`] as const;
  });
  const managers = desired.accounts.map(({ user, uid }) => {
    const role = desired.files.map((file) => file.role).find((r) => r.kind === "manager-drop-in" && r.user === user);
    return [`root/user@${uid}.service`, role?.kind === "manager-drop-in" ? role.fingerprint : ""] as const;
  });
  const system = desired.systemUnits.map(({ unit, fingerprint }) => [`root/${unit}`, fingerprint] as const);
  return Object.fromEntries([...units, ...managers, ...system]);
}

export function planOf({ desired, host, state }: World): Plan {
  return makePlan(desired, host, state);
}

const SIGNS = { create: "+", update: "~", remove: "-", run: ">" } as const;

/** "files ~ file /etc/x: content differs" */
export function planLines(plan: Plan): readonly string[] {
  return stepsOf(plan).map((c) => `${c.phase} ${SIGNS[c.action]} ${c.summary}: ${c.reason.text}`);
}

/** [...where, value]: steps are keys, indexes, or the name, unit, user or path of a list's item; null removes. */
export function change(world: World, words: readonly unknown[]): void {
  const where = words.slice(0, -1).map(String);
  const value =
    typeof words.at(-1) === "string" && /^\d{4}-\d\d-\d\dT/.test(String(words.at(-1)))
      ? new Date(String(words.at(-1)))
      : words.at(-1);
  const last = where.pop() ?? "";
  const holder = where.reduce(lookUp, world as unknown) as object;
  if (lookUp(holder, last) === undefined && !(holder instanceof Map) && value === null) {
    throw new Error(`nothing to remove at ${words.join(" ")}`);
  }
  if (holder instanceof Map) value === null ? holder.delete(last) : holder.set(last, value);
  else if (Array.isArray(holder)) {
    const at = holder.indexOf(lookUp(holder, last));
    holder.splice(at === -1 ? holder.length : at, 1, ...(value === null ? [] : [value]));
  } else if (value === null) delete (holder as Record<string, unknown>)[last];
  else Object.assign(holder, { [last]: value });
}

function lookUp(value: unknown, key: string): unknown {
  if (value instanceof Map) return value.get(key);
  if (!Array.isArray(value)) return (value as Record<string, unknown> | undefined)?.[key];
  return value.find(
    (item) =>
      item === key || [item?.name, item?.unit, item?.path, item?.user, item?.owner, item?.reference].includes(key),
  );
}
