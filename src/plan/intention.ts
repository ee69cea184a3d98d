/** What a plan is about to make, for the record. */

import type { Applied, Intention } from "../model/applied.ts";
import type { StateFacts } from "../model/facts.ts";
import type { Draft } from "../model/plan.ts";
import { imageKey } from "../model/record-keys.ts";
import type { DesiredState } from "../model/resource.ts";
import { traitOf } from "./kinds/all.ts";

type Lists = Omit<Intention, "imageIds" | "secretsDue">;

/** What was there before we came is corrected, but never becomes ours. */
export function intention(steps: readonly Draft[], desired: DesiredState, facts: StateFacts): Intention {
  const made = steps.map(({ change, action }) => traitOf(change).makes?.(change, action) ?? {});
  const all = (list: keyof Lists): readonly string[] => made.flatMap((things) => things[list] ?? []);
  return {
    imageIds: imagesThere(steps, desired, facts),
    secretsDue: Object.assign({}, ...made.map(({ secretsDue }) => secretsDue)) as Intention["secretsDue"],
    units: all("units"),
    files: all("files"),
    directories: all("directories"),
    accounts: all("accounts"),
    secrets: all("secrets"),
    images: all("images"),
    lingering: all("lingering"),
    subuids: all("subuids"),
    subgids: all("subgids"),
    systemUnits: all("systemUnits"),
    tools: all("tools"),
    packages: all("packages"),
  };
}

function imagesThere(steps: readonly Draft[], desired: DesiredState, facts: StateFacts): Applied["imageIds"] {
  const pulled = steps.flatMap(({ change }) =>
    change.kind === "image" ? [imageKey(change.account.user, change.reference)] : [],
  );
  const there = desired.images.flatMap(({ user, reference }): [string, string][] => {
    const id = facts.images.get(user)?.get(reference);
    return id === undefined ? [] : [[imageKey(user, reference), id]];
  });
  return Object.fromEntries(there.filter(([key]) => !pulled.includes(key)));
}
