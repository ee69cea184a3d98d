/** Which units run with something else than what is wanted, from a change on. */
import type { Outdated } from "../model/applied.ts";
import { groupBy } from "../model/group-by.ts";
import type { Draft } from "../model/plan.ts";
import { imageKey, secretKey, unitKey } from "../model/record-keys.ts";
import type { DesiredUnit } from "../model/resource.ts";
import { traitOf } from "./kinds/all.ts";
import type { Readers } from "./kinds/trait.ts";

/** Looks through the units once, for any number of changes. */
export function outdatedBy(units: readonly DesiredUnit[]): (draft: Draft) => readonly Outdated[] {
  const readers: Readers = {
    ofPath: indexed(units, ({ files, reload }) => [
      ...files.map((path) => [path, "restart"] as const),
      // Some take it over without a restart.
      ...(reload?.files ?? []).filter((path) => !files.includes(path)).map((path) => [path, "reload"] as const),
    ]),
    ofSecret: indexed(units, ({ user, secrets }) =>
      secrets.map((name) => [secretKey({ user, name }), "restart"] as const),
    ),
    ofImage: indexed(units, ({ user, container }) =>
      container === undefined ? [] : [[imageKey(user, container.image), "restart"] as const],
    ),
    ofUser: indexed(units, ({ user, kind }) => (kind === "socket" ? [] : [[user, "restart"] as const])),
  };
  return ({ change, action }) => traitOf(change).outdates?.(change, action, readers) ?? [];
}

function indexed(
  units: readonly DesiredUnit[],
  of: (unit: DesiredUnit) => readonly (readonly [string, Outdated["by"]])[],
): (key: string) => readonly Outdated[] {
  const entries = units.flatMap((unit) =>
    of(unit).map(([on, by]) => ({ on, outdated: { key: unitKey(unit.user, unit.unit), by } })),
  );
  const groups = new Map(
    [...groupBy(entries, ({ on }) => on)].map(([on, list]) => [on, list.map((one) => one.outdated)]),
  );
  return (key) => groups.get(key) ?? [];
}
