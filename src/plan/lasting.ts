/** What stays recorded once a plan has run: what is wanted, and what was left where it is. */
import { type Applied, type Intention, joinThings, type Lasting, union } from "../model/applied.ts";
import type { StateFacts } from "../model/facts.ts";
import type { AbsolutePath, UserName } from "../model/names.ts";
import type { Aside, Draft } from "../model/plan.ts";
import { imageKey, ofImageKey, ofUnitKey, secretKey, unitKey } from "../model/record-keys.ts";
import type { DesiredState } from "../model/resource.ts";
import { wantedPaths } from "../model/wanted-paths.ts";
import { belongsAside } from "./aside.ts";
import { traitOf } from "./kinds/all.ts";
import { filledAfter } from "./lost-data.ts";

export function lastingOf(
  before: Applied,
  intends: Intention,
  desired: DesiredState,
  facts: Pick<StateFacts, "applied" | "data" | "paths" | "images">,
  steps: readonly Draft[],
  aside: readonly Aside[],
): Lasting {
  const applied = {
    ...joinThings(before, intends, union),
    units: union(Object.keys(before.units), [
      ...intends.units,
      ...steps.flatMap(({ change }) => traitOf(change).starts?.(change) ?? []),
    ]),
    imageIds: union(
      Object.keys(before.imageIds),
      desired.images.map(({ user, reference }) => imageKey(user, reference)),
    ),
    secretsDue: union(Object.keys(before.secretsDue), Object.keys(intends.secretsDue)),
  };
  const isAside = belongsAside(aside, desired.accounts);
  // "USER/..."
  const ofAside = (key: string) => isAside({ user: ofUnitKey(key).user });
  const wanted = wantedPaths(desired);
  const units = new Set([
    ...desired.units.map((unit) => unitKey(unit.user, unit.unit)),
    ...desired.systemUnits.map((unit) => unitKey("root", unit.unit)),
    ...desired.accounts.map(({ uid }) => unitKey("root", `user@${uid}.service`)),
  ]);
  const secrets = new Set(desired.secrets.map(secretKey));
  const users = new Set<string>(desired.accounts.map((account) => account.user));
  const removed = new Set(steps.flatMap(({ change }) => traitOf(change).takes?.(change) ?? []));
  const isThere = (path: string) => (facts.paths.get(path as AbsolutePath)?.kind ?? "missing") !== "missing";
  // What a run that was cut off has removed is in no plan any more.
  const stays = (path: string) => !removed.has(path) && isThere(path);
  const images = new Set(desired.images.map(({ user, reference }) => imageKey(user, reference)));
  const isStored = (user: UserName, reference: string) => facts.images.get(user)?.has(reference) === true;
  const staysImage = (entry: string) => {
    const { user, reference } = ofImageKey(entry);
    return images.has(entry) || isAside({ user }) || (!removed.has(entry) && isStored(user, reference));
  };
  return {
    ...applied,
    // Of one that begins anew it is not said any more.
    filled: filledAfter(desired, facts, aside),
    units: applied.units.filter((key) => units.has(key) || ofAside(key)),
    systemUnits: applied.systemUnits.filter((unit) => units.has(unitKey("root", unit))),
    files: applied.files.filter((path) => wanted.has(path) || stays(path) || isAside({ path })),
    directories: applied.directories.filter((path) => wanted.has(path) || stays(path) || isAside({ path })),
    secrets: applied.secrets.filter((key) => secrets.has(key) || ofAside(key)),
    secretsDue: applied.secretsDue.filter((key) => secrets.has(key) || ofAside(key)),
    images: applied.images.filter(staysImage),
    imageIds: applied.imageIds.filter(staysImage),
    tools: applied.tools.filter((path) => path === desired.tool?.target || stays(path)),
    lingering: applied.lingering.filter((user) => users.has(user) || isAside({ user })),
  };
}
