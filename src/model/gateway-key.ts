/** Keys by which people and machines use models: what each may, in no gateway's own terms. */

export interface GatewayKey {
  readonly name: string;
  /** Whose it is, in words. */
  readonly holder: string | undefined;
  /** A service of the stack asks with it; no file has to declare that one. */
  readonly kind: "person" | "machine" | "service";
  readonly limits: KeyLimits;
}

export interface KeyLimits {
  /** What clients may ask for; empty is everything. As declared with patterns, for a gateway spelled out and sorted. */
  readonly models: readonly string[];
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
  readonly parallelRequests: number | undefined;
  readonly allowance: Allowance | undefined;
  /** The first moment at which it is not valid, as ISO 8601 in UTC. */
  readonly expires: string | undefined;
}

export const NO_LIMITS: KeyLimits = {
  models: [],
  requestsPerMinute: undefined,
  tokensPerMinute: undefined,
  parallelRequests: undefined,
  allowance: undefined,
  expires: undefined,
};

/** A gateway has one counter for each key: of tokens, or of money. */
export type Allowance =
  | { readonly kind: "tokens"; readonly tokens: number }
  /** One that this program did not set may count for other spans, or once and for all (undefined). */
  | { readonly kind: "dollars"; readonly dollars: number; readonly every: string | undefined };

/** What may be declared: from midnight in UTC, the first day of the week, the first of the month. */
export const EVERY = ["day", "week", "month"] as const;

/** With "_", which neither providers nor the names that a site gives have. */
export function keySecret(key: string): string {
  return `key_${key}`;
}

/** Whether podman's name for a secret is that of the value of a key. */
export function isKeySecret(service: string, name: string): boolean {
  return keyOfSecret(service, name) !== undefined;
}

/** The key whose value is a secret with podman's name `name`; undefined for other secrets. */
export function keyOfSecret(service: string, name: string): string | undefined {
  const start = `${service}-${keySecret("")}`;
  return name.startsWith(start) ? name.slice(start.length) : undefined;
}

/** The last day on which it works to the first moment at which it does not. */
export function expiryOf(day: string): string | undefined {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const start = new Date(Date.UTC(year, month - 1, date));
  // 2027-02-30 is the second of March to the calendar of a computer.
  if (Number.isNaN(start.getTime()) || start.toISOString().slice(0, 10) !== day) return undefined;
  return new Date(start.getTime() + DAY_MS).toISOString();
}

const DAY_MS = 86_400_000;

export function hasExpired({ expires }: Pick<KeyLimits, "expires">, now: Date): boolean {
  return expires !== undefined && new Date(expires).getTime() <= now.getTime();
}

/** "until 2027-03-01": the last day. */
function lastDay(expires: string): string {
  return new Date(new Date(expires).getTime() - DAY_MS).toISOString().slice(0, 10);
}

type Words = Readonly<Record<keyof typeof UNLIMITED, string | undefined>>;

/** Each limit by what it counts: "100,000 tokens a day". */
function wordsOf({
  models,
  requestsPerMinute,
  tokensPerMinute,
  parallelRequests,
  allowance,
  expires,
}: KeyLimits): Words {
  return {
    models: models.length === 0 ? undefined : models.join(", "),
    requests: counted(requestsPerMinute, "requests a minute"),
    tokens: counted(tokensPerMinute, "tokens a minute"),
    parallel: counted(parallelRequests, "at once"),
    spent: allowance && allowanceText(allowance),
    expires: expires && `until ${lastDay(expires)}`,
  };
}

function counted(count: number | undefined, what: string): string | undefined {
  return count === undefined ? undefined : `${grouped(count)} ${what}`;
}

function allowanceText(allowance: Allowance): string {
  if (allowance.kind === "tokens") return `${grouped(allowance.tokens)} tokens a day`;
  return `$${allowance.dollars} ${allowance.every === undefined ? "in all" : `a ${allowance.every}`}`;
}

/** "qwen, 60 requests a minute, until 2027-03-01"; what has no limit is not mentioned. */
export function limitsText(limits: KeyLimits): string {
  const words = wordsOf(limits);
  const rest = Object.entries(words).flatMap(([what, text]) => (what === "models" || text === undefined ? [] : [text]));
  return [words.models ?? UNLIMITED.models, ...rest].join(", ");
}

const UNLIMITED = {
  models: "every model",
  requests: "any requests a minute",
  tokens: "any tokens a minute",
  parallel: "any at once",
  spent: "no allowance",
  expires: "no end",
} as const;

/** "100,000 -> 200,000 tokens a day, any -> 4 at once"; empty where nothing changes. */
export function limitChanges(before: KeyLimits, after: KeyLimits): string {
  const [was, is] = [wordsOf(before), wordsOf(after)];
  const kinds = Object.keys(UNLIMITED) as (keyof typeof UNLIMITED)[];
  return kinds
    .filter((what) => was[what] !== is[what])
    .map((what) => arrow(was[what] ?? UNLIMITED[what], is[what] ?? UNLIMITED[what]))
    .join(", ");
}

/** What both end with is said once. */
function arrow(before: string, after: string): string {
  const [first, ...rest] = before.split(" ");
  const tail = ` ${rest.join(" ")}`;
  const same = rest.length > 0 && after.endsWith(tail) && after.split(" ").length === rest.length + 1;
  return same ? `${first} -> ${after}` : `${before} -> ${after}`;
}

/** "200,000", whatever the locale of the host. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
