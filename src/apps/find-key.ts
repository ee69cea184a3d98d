/** A key of the gateway by its name. */
import { userError } from "../model/diagnostic.ts";
import type { FoundKey } from "../model/key-facts.ts";
import { suggestNear } from "../model/suggest.ts";

export function findKey(keys: readonly FoundKey[], name: string): FoundKey {
  const found = keys.find((key) => key.name === name);
  if (found !== undefined) return found;
  const names = keys.flatMap((key) => key.name ?? []);
  throw userError(
    "unknown-name",
    `the gateway has no key ${name}`,
    suggestNear(name, names) ?? "gateway-manage key list",
  );
}
