/** What keys were used for, by people: a service's key by those that it asked for, any other key by its holder. */
import { added, NOTHING_USED, type Used, type UsedBy, type UsedFor } from "../gateway/litellm-usage.ts";
import { groupBy } from "../model/group-by.ts";
import type { FoundKey } from "../model/key-facts.ts";

export interface UsageRow extends Used {
  readonly name: string;
}

/**
 * What a service used for nobody in particular is what is left of its key, so that a request is in one row only. Somebody that it asked for
 * and that has a key, too, is one person where both have the same name.
 */
export function splitUsage(
  used: readonly UsedBy[],
  usedFor: readonly UsedFor[],
  keys: readonly FoundKey[],
): readonly UsageRow[] {
  const rows = [...groupBy(used, (entry) => serviceOf(entry, keys))].flatMap(([service, entries]): UsageRow[] => {
    if (service === undefined) return entries.map((entry) => ({ ...entry, name: holderOf(entry, keys) }));
    const tokens = new Set(entries.map(({ of }) => of));
    const people = usedFor.filter(({ of }) => tokens.has(of));
    const own = { ...without(sumOf(entries), sumOf(people)), name: `${service} (its own)` };
    return [...people.map((one) => ({ ...one, name: one.customer })), ...(isNothing(own) ? [] : [own])];
  });
  return [...groupBy(rows, ({ name }) => name)].map(([name, all]) => ({ name, ...sumOf(all) }));
}

/** What a service is called. A key that is gone is still known by the name that it had, as after another value of it. */
function serviceOf({ of, name }: UsedBy, keys: readonly FoundKey[]): string | undefined {
  const key = keys.find(({ token }) => token === of) ?? keys.find((other) => name !== undefined && other.name === name);
  return key?.kind === "service" ? (key.holder ?? key.name ?? key.token) : undefined;
}

export function holderOf(entry: UsedBy, keys: readonly FoundKey[]): string {
  return keys.find(({ token }) => token === entry.of)?.holder ?? titleOf(entry, keys);
}

/** What a key is called, or was. */
export function titleOf({ of, name }: UsedBy, keys: readonly FoundKey[]): string {
  return keys.find(({ token }) => token === of)?.name ?? name ?? `${of.slice(0, 12)}...`;
}

export function sumOf(used: readonly Used[]): Used {
  return used.reduce<Used>((sum, one) => added(sum, one), NOTHING_USED);
}

/** LiteLLM writes either sum by itself, some seconds apart: what is counted for people only, as yet, leaves nothing and no debt. */
function without(all: Used, part: Used): Used {
  const left = (of: (used: Used) => number) => Math.max(0, of(all) - of(part));
  return {
    requests: left(({ requests }) => requests),
    failed: left(({ failed }) => failed),
    input: left(({ input }) => input),
    output: left(({ output }) => output),
    dollars: left(({ dollars }) => dollars),
  };
}

/** Dollars are no whole numbers: what is left of them after a subtraction is no use of anything. */
function isNothing({ requests, input, output }: Used): boolean {
  return requests + input + output === 0;
}
