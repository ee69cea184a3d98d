/** Keys that the gateway lacks, has with other limits, or has no more reason to have. */
import type { Applied } from "../model/applied.ts";
import type { StateFacts } from "../model/facts.ts";
import { hasExpired, type KeyLimits, keyOfSecret, limitChanges, limitsText } from "../model/gateway-key.ts";
import type { DesiredKeys, FoundKey, KeyMaker, KeysFact, WantedKey } from "../model/key-facts.ts";
import type { Draft, Note } from "../model/plan.ts";
import type { Reason } from "../model/reason.ts";
import { ofSecretKey, secretKey } from "../model/record-keys.ts";
import type { DesiredAccount } from "../model/resource.ts";
import { accountIn, accountsOf } from "./accounts.ts";
import { because, planned } from "./change.ts";

interface Compared {
  readonly changes: readonly Draft[];
  readonly notes: readonly Note[];
}

const NOTHING: Compared = { changes: [], notes: [] };

/** `earlier` are changes that are planned before: another value of a secret is another key. */
export function compareKeys(
  desired: DesiredKeys | undefined,
  accounts: readonly DesiredAccount[],
  { keys: fact, secrets, applied }: Pick<StateFacts, "keys" | "secrets" | "applied">,
  now: Date,
  earlier: readonly Draft[],
): Compared {
  if (desired === undefined || fact === undefined) return NOTHING;
  const { maker } = desired;
  const expired = desired.keys.filter(({ limits }) => hasExpired(limits, now));
  const wanted = desired.keys.filter((key) => !expired.includes(key));
  const over = expired.map(({ name }): Note => ({ kind: "expired", subject: keyTitle(name), text: "has expired" }));
  const account = accountIn(accountsOf(accounts), maker.user);
  const set = (key: WantedKey, action: Draft["action"], what: string, why: Reason) =>
    planned("keys", action, maker.service, what, why, { kind: "gateway-key", account, maker, key });
  const has = ({ secret }: WantedKey) => secrets.get(maker.user)?.includes(secret) === true;
  const create = (key: WantedKey) => {
    const why = has(key) ? because("missing", "the gateway lacks it") : because("changed", NEW[key.kind]);
    return set(key, "create", `${keyTitle(key.name)} (${limitsText(key.limits)})`, why);
  };
  const remove = (name: string, why: Reason) =>
    planned("keys", "remove", maker.service, keyTitle(name), why, { kind: "remove-gateway-key", account, maker, name });
  if (fact.kind !== "known") {
    const known = wanted.map((key) => (has(key) ? set(key, "run", keyTitle(key.name), onceItRuns(fact)) : create(key)));
    // The record forgets their values with this run, and then nobody would know of them.
    const gone = recorded(maker, applied).filter((name) => !desired.keys.some((key) => key.name === name));
    return { changes: [...known, ...gone.map((name) => remove(name, NOT_DECLARED))], notes: over };
  }
  const anew = new Set(
    earlier.flatMap(({ change }) =>
      change.kind === "secret" || change.kind === "taken-secret" ? [secretKey(change.secret)] : [],
    ),
  );
  const isAnew = ({ secret }: WantedKey) => anew.has(secretKey({ user: maker.user, name: secret }));
  const byName = new Map(
    fact.keys.flatMap((found) => (found.name === undefined ? [] : [[found.name, found] as const])),
  );
  const changed = wanted.flatMap((key): readonly Draft[] => {
    const found = byName.get(key.name);
    if (found === undefined) return [create(key)];
    if (!found.isOurs) return [];
    const why = whyChange(key, found, fact.tokens.get(key.secret), isAnew(key));
    return why === undefined ? [] : [set(key, "update", keyTitle(key.name), why)];
  });
  const removed = fact.keys.flatMap(({ name, isOurs, kind }): readonly Draft[] => {
    if (!isOurs || name === undefined || wanted.some((key) => key.name === name)) return [];
    const isOver = expired.some((key) => key.name === name);
    if (isOver) return [remove(name, because("unwanted", "it has expired"))];
    return [remove(name, kind === "service" ? NOBODY_ASKS : NOT_DECLARED)];
  });
  return { changes: [...changed, ...removed], notes: [...over, ...notesOn(fact.keys, wanted)] };
}

const NEW = {
  person: "it is new in keys.yaml",
  machine: "it is new in keys.yaml",
  service: "a service of the stack asks with it",
} as const;
const NOBODY_ASKS = because("unwanted", "no service of the stack asks with it");
const NOT_DECLARED = because("unwanted", "it is no longer in keys.yaml");

/** Keys whose values runs made, by name. */
function recorded({ service, user }: KeyMaker, { secrets }: Applied): readonly string[] {
  return secrets
    .map(ofSecretKey)
    .flatMap((secret) => (secret.user === user ? (keyOfSecret(service, secret.name) ?? []) : []));
}

function keyTitle(name: string): string {
  return `key ${name}`;
}

function onceItRuns(fact: Exclude<KeysFact, { readonly kind: "known" }>): Reason {
  if (fact.kind === "down") return because("down", "looked at once the gateway runs");
  return because("failed", `looked at again, because now ${fact.why}`);
}

function whyChange(key: WantedKey, found: FoundKey, token: string | undefined, isAnew: boolean): Reason | undefined {
  if (isAnew) return because("follows", "its value is made anew");
  if (token !== undefined && token !== found.token) return because("content", "the gateway knows it by another value");
  const limits = limitChanges(near(found.limits, key.limits), key.limits);
  // Who moved: the file since they were set, or somebody at the gateway.
  if (limits !== "") return because(found.isAsSet ? "changed" : "content", limits);
  const isSame = found.holder === key.holder && found.kind === key.kind;
  return isSame ? undefined : because("changed", `it is for ${key.holder ?? "nobody by name"}, a ${key.kind}`);
}

/** The end is told as a span, and counted from when the gateway was told. */
const SLACK_MS = 10 * 60_000;

function near(found: KeyLimits, wanted: KeyLimits): KeyLimits {
  if (found.expires === undefined || wanted.expires === undefined) return found;
  const apart = Math.abs(new Date(found.expires).getTime() - new Date(wanted.expires).getTime());
  return apart <= SLACK_MS ? { ...found, expires: wanted.expires } : found;
}

/** What a run does not touch, and a person should know of. */
function notesOn(keys: readonly FoundKey[], wanted: readonly WantedKey[]): readonly Note[] {
  return keys.flatMap(({ name, token, isOurs, isBlocked }): readonly Note[] => {
    const subject = keyTitle(name ?? `${token.slice(0, 12)}...`);
    const isDeclared = wanted.some((key) => key.name === name);
    if (!isOurs) {
      const text = isDeclared
        ? "is at the gateway under this name, not made by install-quadlets: choose another name, or revoke it"
        : "is at the gateway, not made by install-quadlets";
      return [{ kind: "foreign", subject, text }];
    }
    return isBlocked && isDeclared
      ? [{ kind: "blocked", subject, text: "is blocked at the gateway, and stays so" }]
      : [];
  });
}
