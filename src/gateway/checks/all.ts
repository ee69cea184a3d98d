/** Every check of the files of a registry, by the name that its findings carry. */
import { addressesAreGiven, portsAreKnown } from "./addresses.ts";
import { fallbacksAreActive, fallbacksEnd, patternsAreApart } from "./chains.ts";
import type { Check, Fault, Given } from "./check.ts";
import { keyLimitsAreUsable, keyModelsExist, keysAreCounted, keysAreTaken } from "./keys.ts";
import { aliasesAreUnique, fallbacksExist, modelsExist, providersExist } from "./names.ts";
import { secretsArePresent } from "./secrets.ts";
import { namesAreUsable, servicesExist } from "./services.ts";

/** Those that reading a file makes, before there is a registry. */
export const READING_CHECKS = ["yaml-syntax", "schema"] as const;

export const CHECKS = {
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
} satisfies Readonly<Record<string, Check>>;

export type FileCheck = (typeof READING_CHECKS)[number] | keyof typeof CHECKS;

export interface NamedFault extends Fault {
  readonly check: string;
}

/** All of them, all at once. */
export function checkRegistry(given: Given): readonly NamedFault[] {
  return Object.entries(CHECKS).flatMap(([check, find]) => find(given).map((fault) => ({ ...fault, check })));
}
