/** Every kind of change and what a plan knows of it. */
import type { Change, Kind } from "../../model/change.ts";
import { ACCOUNTS } from "./accounts.ts";
import { CERTIFICATES } from "./certificates.ts";
import { DATA } from "./data.ts";
import { KEYS } from "./keys.ts";
import { MANAGERS } from "./managers.ts";
import { MODELS } from "./models.ts";
import { OWN } from "./own.ts";
import { PACKAGES } from "./packages.ts";
import { PATHS } from "./paths.ts";
import { STORES } from "./stores.ts";
import type { Kinds, Trait } from "./trait.ts";
import { UNITS } from "./units.ts";

const KINDS: Kinds = {
  ...ACCOUNTS,
  ...PATHS,
  ...CERTIFICATES,
  ...PACKAGES,
  ...OWN,
  ...MANAGERS,
  ...STORES,
  ...UNITS,
  ...KEYS,
  ...MODELS,
  ...DATA,
};

const OF_ANY: Readonly<Record<Kind, Trait<Change>>> = KINDS;

/** What was read from disk may be of a kind that a newer program has. */
export function isKnown({ kind }: Change): boolean {
  return Object.hasOwn(OF_ANY, kind);
}

export function traitOf({ kind }: Change): Trait<Change> {
  return OF_ANY[kind];
}
