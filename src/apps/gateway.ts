/** The gateway of this host for whoever administers it: its keys, and what was used. */
import { ask, askIfThere, type Gateway, listKeys } from "../admin/client.ts";
import { tokensOf } from "../gateway/litellm-admin.ts";
import {
  customersQuestion,
  parseCustomers,
  parseUsage,
  type Used,
  type UsedBy,
  type UsedFor,
  usageQuestion,
} from "../gateway/litellm-usage.ts";
import { userError } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { FoundKey } from "../model/key-facts.ts";
import type { System } from "../system/interfaces.ts";
import { readSecret } from "./enter.ts";
import { hasOwnPort } from "./own-port.ts";
import { holderOf, splitUsage, sumOf, titleOf, type UsageRow } from "./split-usage.ts";

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

export interface Usage {
  readonly rows: readonly UsageRow[];
  /** What they do not show, as a sentence. */
  readonly note: string | undefined;
}

const OLD =
  "this LiteLLM does not say for whom services asked (it is older than 1.80.8): what they used is shown under their own names";

/** Of the last so many days, this one among them, in UTC; the largest first, days in their order. */
export async function readUsage(gateway: Gateway, by: By, days: number, now: Date): Promise<Usage> {
  const dayOf = (back: number) => new Date(now.getTime() - back * 86_400_000).toISOString().slice(0, 10);
  const span = [dayOf(days - 1), dayOf(0)] as const;
  const keys = by === "key" || by === "user" ? await listKeys(gateway) : [];
  const asksForPeople = by === "user" && keys.some(({ kind }) => kind === "service");
  // Before the sums of all: what comes in between is in those, and goes to the service itself.
  const usedFor = asksForPeople ? await readCustomers(gateway, ...span) : [];
  const pages = await readPages(async (page) => parseUsage(await ask(gateway, usageQuestion(...span, page))));
  const entries = pages.flatMap((page) => (by === "model" ? page.models : page.keys));
  const nameOf = NAMES[by];
  const rows =
    by === "user" && usedFor !== undefined
      ? splitUsage(entries, usedFor, keys)
      : [...groupBy(entries, (entry) => nameOf(entry, keys))].map(([name, all]) => ({ name, ...sumOf(all) }));
  return { rows: inOrder(rows, by), note: usedFor === undefined ? OLD : undefined };
}

function inOrder(rows: readonly UsageRow[], by: By): readonly UsageRow[] {
  const tokens = ({ input, output }: Used) => input + output;
  if (by === "day") return rows.toSorted((a, b) => a.name.localeCompare(b.name));
  return rows.toSorted((a, b) => tokens(b) - tokens(a) || a.name.localeCompare(b.name));
}

const NAMES: Readonly<Record<By, (entry: UsedBy, keys: readonly FoundKey[]) => string>> = {
  key: titleOf,
  model: ({ of }) => of,
  user: holderOf,
  day: ({ day }) => day,
};

/** Undefined where the gateway has no such sums. */
async function readCustomers(gateway: Gateway, from: string, to: string): Promise<readonly UsedFor[] | undefined> {
  let isThere = true;
  const pages = await readPages(async (page) => {
    const answer = await askIfThere(gateway, customersQuestion(from, to, page));
    isThere &&= answer !== undefined;
    return answer === undefined ? { used: [], pages: 0 } : parseCustomers(answer);
  });
  return isThere ? pages.flatMap(({ used }) => used) : undefined;
}

/** No span of days that may be asked for has more. */
const MOST_PAGES = 200;

async function readPages<Page extends { readonly pages: number }>(
  read: (page: number) => Promise<Page | undefined>,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await read(page);
    if (answer === undefined) throw userError("bad-answer", "what the gateway says was used cannot be read");
    pages.push(answer);
    if (page >= answer.pages) break;
  }
  return pages;
}
