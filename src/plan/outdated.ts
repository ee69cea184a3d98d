/** Which units run with something else than what is wanted, from a change on. */
import type { Outdated } from "../model/applied.ts";
import { groupBy } from "../model/group-by.ts";
import type { Draft } from "../model/plan.ts";
import { imageKey, secretKey, unitKey } from "../model/record-keys.ts";
import type { DesiredUnit } from "../model/resource.ts";

/** Looks through the units once, for any number of changes. */
export function outdatedBy(units: readonly DesiredUnit[]): (draft: Draft) => readonly Outdated[] {
  const readers = indexed(units, ({ files, reload }) => [
    ...files.map((path) => [path, "restart"] as const),
    // Some take it over without a restart.
    ...(reload?.files ?? []).filter((path) => !files.includes(path)).map((path) => [path, "reload"] as const),
  ]);
  const holders = indexed(units, ({ user, secrets }) =>
    secrets.map((name) => [secretKey({ user, name }), "restart"] as const),
  );
  const runners = indexed(units, ({ user, container }) =>
    container === undefined ? [] : [[imageKey(user, container.image), "restart"] as const],
  );
  return ({ change, action }) => {
    switch (change.kind) {
      case "directory":
        return action === "create" ? (readers.get(change.directory.path) ?? []) : [];
      case "file":
        // Another mode or owner alone restarts nobody.
        return change.before === change.file.content ? [] : (readers.get(change.file.path) ?? []);
      case "secret":
        return holders.get(secretKey(change.secret)) ?? [];
      case "image":
        return runners.get(imageKey(change.account.user, change.reference)) ?? [];
      case "account":
      case "subids":
      case "linger":
      case "mode":
      case "remove-file":
      // Which certificate a unit serves is recorded with it.
      case "certificate":
      case "tailscale-certificate":
      case "tool":
      case "reload-system":
      case "manager":
      case "reload-user":
      case "system-unit":
      case "unit":
      case "stop":
      case "disable":
      case "remove-secret":
      case "remove-image":
      case "unlinger":
      case "stop-manager":
      case "remove-tree":
      case "remove-directory":
      case "remove-subids":
      case "remove-account":
      case "remove-state":
      case "put-back":
      case "unmake":
      case "restore-secret":
      case "tag-image":
      case "reload-unit":
        return [];
      default:
        return change satisfies never;
    }
  };
}

function indexed(
  units: readonly DesiredUnit[],
  of: (unit: DesiredUnit) => readonly (readonly [string, Outdated["by"]])[],
): ReadonlyMap<string, readonly Outdated[]> {
  const entries = units.flatMap((unit) =>
    of(unit).map(([on, by]) => ({ on, outdated: { key: unitKey(unit.user, unit.unit), by } })),
  );
  const groups = [...groupBy(entries, ({ on }) => on)];
  return new Map(groups.map(([on, list]) => [on, list.map(({ outdated }) => outdated)]));
}
