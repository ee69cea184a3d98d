/** Every check of a registry, by the name that its findings carry. */
import { addressesAreGiven, portsAreKnown } from "./addresses.ts";
import { fallbacksAreActive, fallbacksEnd, patternsAreApart } from "./chains.ts";
import type { Check, Fault, Given } from "./check.ts";
import { keyLimitsAreUsable, keyModelsExist, keysAreCounted, keysAreTaken } from "./keys.ts";
import { aliasesAreUnique, fallbacksExist, modelsExist, providersExist } from "./names.ts";
import { secretsArePresent } from "./secrets.ts";
import { namesAreUsable, servicesExist } from "./services.ts";

export const CHECKS: Readonly<Record<string, Check>> = {
  "services-exist": servicesExist,
  "names-usable": namesAreUsable,
  "addresses-given": addressesAreGiven,
  "providers-exist": providersExist,
  "models-exist": modelsExist,
  "aliases-unique": aliasesAreUnique,
  "patterns-apart": patternsAreApart,
  "fallbacks-exist": fallbacksExist,
  "fallbacks-end": fallbacksEnd,
  "fallbacks-active": fallbacksAreActive,
  "ports-known": portsAreKnown,
  "secrets-present": secretsArePresent,
  "keys-taken": keysAreTaken,
  "key-models": keyModelsExist,
  "key-limits": keyLimitsAreUsable,
  "key-counting": keysAreCounted,
};

export interface NamedFault extends Fault {
  readonly check: string;
}

/** All of them, all at once. */
export function checkRegistry(given: Given): readonly NamedFault[] {
  return Object.entries(CHECKS).flatMap(([check, find]) => find(given).map((fault) => ({ ...fault, check })));
}
