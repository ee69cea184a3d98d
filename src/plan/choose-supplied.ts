/** Which of the secrets that the site gives count as set, and which a run cannot do without. */
import { secretKey } from "../model/record-keys.ts";
import type { SuppliedFact, SuppliedSecret } from "../model/supplied.ts";
import type { Finding } from "./preflight.ts";

export interface Supplied {
  /** Keys of those that have a value. */
  readonly given: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/** `unset` names those whose value is about to be taken away. */
export function chooseSupplied(
  wanted: readonly SuppliedSecret[],
  { stored, waiting, recorded }: SuppliedFact = { stored: [], waiting: [], recorded: [] },
  unset: readonly string[] = [],
): Supplied {
  const has = new Set([...stored, ...waiting].filter((key) => !unset.includes(key)));
  const findings = wanted.flatMap((secret): Finding[] => {
    const key = secretKey(secret);
    if (has.has(key) || unset.includes(key)) return [];
    if (recorded.includes(key)) return [lost(secret)];
    return secret.optional ? [] : [missing(secret)];
  });
  return { given: has, findings };
}

function missing({ title, description, at }: SuppliedSecret): Finding {
  return { message: `${title} has no value yet, and only you can give it: ${description}`, hint: howToSet(title), at };
}

/** Going on without it would take it from a service that has it, and nobody asked for that. */
function lost({ title, user, optional, at }: SuppliedSecret): Finding {
  const message = `the value of ${title} is gone: it was set, and podman of ${user} does not have it any more`;
  const without = optional ? `, or without it: sudo install-quadlets secrets unset ${title}` : "";
  return { message, hint: `${howToSet(title)}${without}`, at };
}

function howToSet(title: string): string {
  return `sudo install-quadlets secrets set ${title}`;
}
