/** Secrets whose value somebody else replaced since the last run: podman has another id for them. Their values are not looked at. */
import type { StateFacts } from "../model/facts.ts";
import type { Aside } from "../model/plan.ts";
import { secretKey } from "../model/record-keys.ts";
import type { DesiredSecret } from "../model/resource.ts";

type Facts = Pick<StateFacts, "applied" | "secretIds">;

export function wasReplaced(secret: DesiredSecret, { applied, secretIds }: Facts): boolean {
  const key = secretKey(secret);
  const recorded = applied.secretIds[key];
  const now = secretIds?.get(secret.user)?.get(secret.name);
  // What a run was to make anew may be its own.
  if (recorded === undefined || now === undefined || applied.secretsDue[key] !== undefined) return false;
  return now !== recorded;
}

/** What the record is to say after a run; of services that were left as they are, what it said. */
export function idsAfter(
  secrets: readonly DesiredSecret[],
  { applied, secretIds }: Facts,
  aside: readonly Aside[],
): Readonly<Record<string, string>> {
  const left = new Set(aside.map(({ service }) => service));
  const entries = secrets.flatMap((secret): [string, string][] => {
    const key = secretKey(secret);
    const id = left.has(secret.service) ? applied.secretIds[key] : secretIds?.get(secret.user)?.get(secret.name);
    return id === undefined ? [] : [[key, id]];
  });
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
