/** The gateway of this host for whoever administers it: its keys, and what was used. */
import { ask, type Gateway, listKeys } from "../admin/client.ts";
import { tokensOf } from "../gateway/litellm-admin.ts";
import { added, NOTHING_USED, parseUsage, type Used, type UsedBy, usageQuestion } from "../gateway/litellm-usage.ts";
import { userError } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { FoundKey } from "../model/key-facts.ts";
import type { System } from "../system/interfaces.ts";
import { readSecret } from "./enter.ts";
import { hasOwnPort } from "./own-port.ts";

/** Throws a UserError where it does not run: the master key is for its own user only, whoever else has its port. */
export async function openGateway(system: System, service: IndexedService): Promise<Gateway> {
  const { keys, name } = service;
  if (keys === undefined)
    throw userError("does-not-apply", `${name} makes no keys`, "sudo install-quadlets, if its service file says so");
  if (!(await hasOwnPort(system, service, keys.port)))
    throw userError("no-answer", `${name} does not answer at port ${keys.port}`, `sudo svc status ${name}`);
  return { http: system.http, port: keys.port, master: await readSecret(system, service, keys.master) };
}

/** What is left of an allowance; undefined where a key has none. */
export interface Left {
  readonly unit: "tokens" | "dollars";
  readonly used: number;
  readonly limit: number;
}

export function leftOf({ limits: { allowance }, spent }: FoundKey): Left | undefined {
  if (allowance === undefined) return undefined;
  if (allowance.kind === "tokens") return { unit: "tokens", used: tokensOf(spent), limit: allowance.tokens };
  return { unit: "dollars", used: spent, limit: allowance.dollars };
}

export type KeyState = "works" | "blocked" | "expired" | "spent";

export function stateOf(key: FoundKey, now: Date): KeyState {
  const { expires } = key.limits;
  if (key.isBlocked) return "blocked";
  if (expires !== undefined && new Date(expires).getTime() <= now.getTime()) return "expired";
  const left = leftOf(key);
  return left !== undefined && left.used >= left.limit ? "spent" : "works";
}

export const BY = ["key", "model", "user", "day"] as const;
export type By = (typeof BY)[number];

export interface UsageRow extends Used {
  readonly name: string;
}

/** Of the last so many days, this one among them, in UTC; the largest first, days in their order. */
export async function readUsage(gateway: Gateway, by: By, days: number, now: Date): Promise<readonly UsageRow[]> {
  const dayOf = (back: number) => new Date(now.getTime() - back * 86_400_000).toISOString().slice(0, 10);
  const used = await readDays(gateway, dayOf(days - 1), dayOf(0));
  const keys = by === "key" || by === "user" ? await listKeys(gateway) : [];
  const entries = by === "model" ? used.models : used.keys;
  const rows = [...groupBy(entries, (entry) => nameOf(entry, by, keys))].map(([name, all]) => ({
    name,
    ...all.reduce<Used>(added, NOTHING_USED),
  }));
  const tokens = ({ input, output }: Used) => input + output;
  if (by === "day") return rows.toSorted((a, b) => a.name.localeCompare(b.name));
  return rows.toSorted((a, b) => tokens(b) - tokens(a) || a.name.localeCompare(b.name));
}

function nameOf({ day, of, name }: UsedBy, by: By, keys: readonly FoundKey[]): string {
  if (by === "day") return day;
  if (by === "model") return of;
  const key = keys.find(({ token }) => token === of);
  // A key that is gone is still known by the name that it had.
  const title = key?.name ?? name ?? `${of.slice(0, 12)}...`;
  return by === "user" ? (key?.holder ?? title) : title;
}

/** No span of days that may be asked for has more. */
const MOST_PAGES = 200;

async function readDays(
  gateway: Gateway,
  from: string,
  to: string,
): Promise<{ readonly models: readonly UsedBy[]; readonly keys: readonly UsedBy[] }> {
  const models: UsedBy[] = [];
  const keys: UsedBy[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = parseUsage(await ask(gateway, usageQuestion(from, to, page)));
    if (answer === undefined) throw userError("bad-answer", "what the gateway says was used cannot be read");
    models.push(...answer.models);
    keys.push(...answer.keys);
    if (page >= answer.pages) break;
  }
  return { models, keys };
}
