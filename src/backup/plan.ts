/** The steps of a backup and of a restore, from what a service says about its data and what of it runs. Pure. */
import type { IndexedBackup, IndexedPart } from "../model/backup.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { IndexedUnit } from "../model/indexed-unit.ts";
import type { UnitName } from "../model/names.ts";

export type BackupStep =
  | { readonly kind: "secrets" }
  | { readonly kind: "count"; readonly names: readonly string[] }
  | { readonly kind: "part"; readonly part: IndexedPart }
  /** Stops in this order, starts in this order. */
  | { readonly kind: "stop" | "start"; readonly units: readonly UnitName[] };

export type RestoreStep =
  | BackupStep
  /** Its directory gets another name; it is the way back. */
  | { readonly kind: "aside"; readonly part: IndexedPart }
  /** An empty directory in its place. */
  | { readonly kind: "empty"; readonly part: IndexedPart };

/**
 * Writers stop first; what is left is counted, dumped and copied as it runs; then whoever writes in a directory stops, and that
 * is copied. What ran before runs again, and nothing else.
 */
export function planBackup(
  service: IndexedService,
  data: IndexedBackup,
  ran: ReadonlySet<string>,
): readonly BackupStep[] {
  const { parts, counts } = data;
  const quiet = withDependents(service, data.writers);
  const cold = parts.filter(({ taken }) => taken.kind === "stopped");
  const rest = withDependents(
    service,
    cold.flatMap(({ users }) => users),
  ).filter((unit) => !quiet.includes(unit));
  const warm = parts.filter(({ taken }) => taken.kind !== "stopped");
  refuseSilent(warm, ran, quiet);
  const countable = counts.filter(({ unit }) => ran.has(unit) && !quiet.includes(unit)).map(({ name }) => name);
  // All that ran, and not only what is stopped here: systemd may stop a pod without members.
  const again = [...quiet, ...rest].some((unit) => ran.has(unit)) ? inStartOrder(service, [...ran]) : [];
  return [
    ...(data.secrets.length > 0 ? [{ kind: "secrets" } as const] : []),
    ...stop(quiet, ran),
    ...(countable.length > 0 ? [{ kind: "count", names: countable } as const] : []),
    ...warm.map((part) => ({ kind: "part", part }) as const),
    ...stop(rest, ran),
    ...cold.map((part) => ({ kind: "part", part }) as const),
    ...start(again),
  ];
}

/** Everything stops: what is restored must be seen by whoever had the old data open, too. */
export function planRestore(
  service: IndexedService,
  data: IndexedBackup,
  ran: ReadonlySet<string>,
): readonly RestoreStep[] {
  const all = service.units.map(({ unit }) => unit).toReversed();
  const dumped = data.parts.filter(({ taken }) => taken.kind === "dumped");
  const needed = inStartOrder(
    service,
    dumped.flatMap(({ taken }) => (taken.kind === "dumped" ? [taken.unit] : [])),
  );
  const countable = data.counts.filter(({ unit }) => ran.has(unit)).map(({ name }) => name);
  return [
    ...stop(all, ran),
    ...data.parts.map((part) => ({ kind: "aside", part }) as const),
    ...(data.secrets.length > 0 ? [{ kind: "secrets" } as const] : []),
    ...data.parts.map((part) => ({ kind: part.taken.kind === "dumped" ? "empty" : "part", part }) as const),
    ...start(needed),
    ...dumped.map((part) => ({ kind: "part", part }) as const),
    // What a dump needed alone, and what it needed in turn, does not stay.
    ...(needed.length > 0
      ? stop(
          all.filter((unit) => !ran.has(unit)),
          new Set(all),
        )
      : []),
    ...start(inStartOrder(service, [...ran])),
    ...(countable.length > 0 ? [{ kind: "count", names: countable } as const] : []),
  ];
}

/** A dump asks a program that has to run. */
function refuseSilent(parts: readonly IndexedPart[], ran: ReadonlySet<string>, stopped: readonly UnitName[]): void {
  for (const { name, taken } of parts) {
    if (taken.kind !== "dumped" || (ran.has(taken.unit) && !stopped.includes(taken.unit))) continue;
    throw userError(
      "not-running",
      `${name} is dumped by ${taken.container}, which does not run${stopped.includes(taken.unit) ? " then" : ""}`,
      `sudo svc start ${taken.container}`,
    );
  }
}

/** These and who waits for them at a start, the last to start first; before any container its sockets, which would start it again. */
function withDependents({ units }: IndexedService, names: readonly UnitName[]): readonly UnitName[] {
  const meant = new Set<string>(names);
  const waits = ({ after = [] }: IndexedUnit): boolean => after.some((unit) => meant.has(unit));
  // In the order of starts nobody waits for one that comes later.
  for (let size = -1; size !== meant.size; ) {
    size = meant.size;
    for (const unit of units) if (waits(unit)) meant.add(unit.unit);
  }
  const sockets = meant.size > 0 ? units.filter(({ kind }) => kind === "socket") : [];
  const others = units.filter(({ unit, kind }) => kind !== "socket" && meant.has(unit)).toReversed();
  return [...sockets, ...others].map(({ unit }) => unit);
}

function stop(units: readonly UnitName[], ran: ReadonlySet<string>): readonly BackupStep[] {
  const running = units.filter((unit) => ran.has(unit));
  return running.length > 0 ? [{ kind: "stop", units: running }] : [];
}

function start(units: readonly UnitName[]): readonly BackupStep[] {
  return units.length > 0 ? [{ kind: "start", units }] : [];
}

function inStartOrder({ units }: IndexedService, names: readonly string[]): readonly UnitName[] {
  return units.map(({ unit }) => unit).filter((unit) => names.includes(unit));
}
