/** Keys at the gateway. Their way back is what the gateway has when they are changed: the handlers record it. */
import { type Drift, inConfiguration, onHost } from "../../model/drift.ts";
import type { AccountFact } from "../../model/facts.ts";
import type { Draft } from "../../model/plan.ts";
import { aboutAccount, type Kinds, none } from "./trait.ts";

interface Named {
  readonly account: AccountFact;
  readonly name: string;
}

const OF_GATEWAY = {
  // One after another: the gateway is asked what it has before each.
  place: ({ account }: { readonly account: AccountFact }) => ({ wave: 0, lane: account.user }),
  undo: none,
  about: aboutAccount,
  apart: true,
} as const;

function subject({ account, name }: Named): string {
  return `key ${account.user}/${name}`;
}

export const KEYS: Pick<Kinds, "gateway-key" | "remove-gateway-key"> = {
  "gateway-key": {
    ...OF_GATEWAY,
    name: ({ key }) => `key ${key.name}`,
    drift: ({ key }, draft) => driftOf(`key ${key.name}`, draft),
    subject: ({ account, key }) => subject({ account, name: key.name }),
  },
  "remove-gateway-key": {
    ...OF_GATEWAY,
    name: ({ name }) => `key ${name}`,
    drift: ({ name }, { reason }) => [inConfiguration("unwanted", `key ${name}`, reason.text)],
    subject,
  },
};

function driftOf(what: string, { action, reason: { code, text } }: Draft): readonly Drift[] {
  // While the gateway is down, that is what is said.
  if (action === "run") return code === "failed" ? [onHost("unknown", what, text)] : [];
  // What its new value follows from is named itself.
  if (code === "follows") return [];
  if (code === "changed") return [inConfiguration(action === "create" ? "new" : "changed", what, text)];
  return [onHost(action === "create" ? "missing" : "edited", what, text)];
}
