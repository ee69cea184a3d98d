/**
 * How LiteLLM is told of keys: questions and answers as values. What is relied on, as of 1.108, with the master key as bearer:
 *
 *   GET  /key/list?return_full_object=true&page=N&size=100   {keys: [{token, key_alias, ...}], total_pages}; 100 is the most
 *   POST /key/generate   takes the value itself (`key`, "sk-..."), `key_alias` (400 where another key has it), `models` ([] is
 *                        every one), `rpm_limit`, `tpm_limit`, `max_parallel_requests`, `max_budget` and `budget_duration`
 *                        (24h, 7d and 30d start at midnight in UTC), `duration` ("90s", from now), `spend`, `metadata`
 *   POST /key/update     `key` is the value or its token; what is left out stays, null takes a limit away, `duration: "-1"` the end
 *   POST /key/delete     {keys: [TOKEN]}
 *
 * A token is the SHA-256 of the value, in hexadecimal. Sources: litellm/proxy/management_endpoints/key_management_endpoints.py and
 * litellm/proxy/_types.py (GenerateRequestBase, UpdateKeyRequest, KeyRequest) of 2026, docs/proxy/virtual_keys.md, docs/proxy/users.md.
 */
import { createHash } from "node:crypto";
import { type Allowance, hasExpired, type KeyLimits, limitsText } from "../model/gateway-key.ts";
import type { HttpQuestion } from "../model/http.ts";
import { isRecord, parseJson, textsOf } from "../model/json.ts";
import type { FoundKey, WantedKey } from "../model/key-facts.ts";
import { NOMINAL_PRICE } from "../model/registry.ts";
import { Secret } from "../model/secret.ts";

export type Question = Pick<HttpQuestion, "method" | "path" | "body">;

const KINDS = ["person", "machine", "service"] as const;
const OURS = "install-quadlets";
/** The price of a token that has none, in US dollars. */
const PER_TOKEN = NOMINAL_PRICE / 1_000_000;
const DURATIONS: Readonly<Record<string, string>> = { day: "24h", week: "7d", month: "30d" };

export function tokenOf(value: Secret): string {
  return createHash("sha256").update(value.reveal()).digest("hex");
}

export function listQuestion(page: number): Question {
  return { method: "GET", path: `/key/list?return_full_object=true&page=${page}&size=100` };
}

/** `spent` goes on from what a key of the same name had spent. */
export function makeQuestion(key: WantedKey, value: Secret, spent: number, now: Date): Question {
  const { expires } = key.limits;
  const duration = expires === undefined ? {} : { duration: secondsUntil(expires, now) };
  const limits = { ...limitFields(key.limits), ...duration };
  return post("/key/generate", {
    key: value.reveal(),
    key_alias: key.name,
    ...limits,
    spend: spent,
    metadata: marks(key),
  });
}

export function changeQuestion(key: WantedKey, found: FoundKey, now: Date): Question {
  const { expires } = key.limits;
  const duration = expires === undefined ? "-1" : secondsUntil(expires, now);
  const metadata = { ...found.metadata, ...marks(key) };
  return post("/key/update", { key: found.token, ...limitFields(key.limits), duration, metadata });
}

export function deleteQuestion(token: string): Question {
  return post("/key/delete", { keys: [token] });
}

function post(path: string, body: object): Question {
  return { method: "POST", path, body: new Secret(JSON.stringify(body)) };
}

function limitFields({ models, requestsPerMinute, tokensPerMinute, parallelRequests, allowance }: KeyLimits): object {
  return {
    models,
    rpm_limit: requestsPerMinute ?? null,
    tpm_limit: tokensPerMinute ?? null,
    max_parallel_requests: parallelRequests ?? null,
    ...budgetFields(allowance),
  };
}

function budgetFields(allowance: Allowance | undefined): object {
  if (allowance === undefined) return { max_budget: null, budget_duration: null };
  if (allowance.kind === "tokens") {
    // Twelve digits are more than any number of tokens has, and hide what the multiplication leaves behind.
    return { max_budget: Number((allowance.tokens * PER_TOKEN).toPrecision(12)), budget_duration: DURATIONS["day"] };
  }
  const { dollars, every } = allowance;
  return { max_budget: dollars, budget_duration: every === undefined ? null : (DURATIONS[every] ?? every) };
}

/** What a key says of itself; whoever changes a limit by hand leaves `set` as it was. */
function marks({ holder, kind, limits }: WantedKey): Readonly<Record<string, string | null>> {
  const counts = limits.allowance?.kind ?? null;
  return { made_by: OURS, holder: holder ?? null, kind, counts, set: limitsText(limits) };
}

/** LiteLLM knows spans only. One that is over is ended with the next second. */
function secondsUntil(expires: string, now: Date): string {
  if (hasExpired({ expires }, now)) return "1s";
  return `${Math.ceil((new Date(expires).getTime() - now.getTime()) / 1000)}s`;
}

export interface KeyPage {
  readonly keys: readonly FoundKey[];
  readonly pages: number;
}

/** Undefined for anything else than a list of keys. */
export function parsePage(text: string): KeyPage | undefined {
  const page = parseJson(text);
  if (!isRecord(page) || !Array.isArray(page["keys"])) return undefined;
  const keys = page["keys"].map(parseKey);
  if (!keys.every((key) => key !== undefined)) return undefined;
  return { keys, pages: numberIn(page, "total_pages") ?? 1 };
}

function parseKey(value: unknown): FoundKey | undefined {
  if (!isRecord(value) || typeof value["token"] !== "string") return undefined;
  const metadata = isRecord(value["metadata"]) ? value["metadata"] : {};
  const isOurs = metadata["made_by"] === OURS;
  const limits: KeyLimits = {
    models: textsOf(value["models"]).toSorted(),
    requestsPerMinute: numberIn(value, "rpm_limit"),
    tokensPerMinute: numberIn(value, "tpm_limit"),
    parallelRequests: numberIn(value, "max_parallel_requests"),
    allowance: allowanceIn(value, metadata["counts"] === "tokens"),
    expires: instantIn(value, "expires"),
  };
  return {
    token: value["token"],
    name: textIn(value, "key_alias"),
    holder: textIn(metadata, "holder"),
    kind: KINDS.find((kind) => kind === metadata["kind"]) ?? "person",
    isOurs,
    isAsSet: metadata["set"] === limitsText(limits),
    isBlocked: value["blocked"] === true,
    limits,
    spent: numberIn(value, "spend") ?? 0,
    resets: instantIn(value, "budget_reset_at"),
    metadata,
  };
}

function allowanceIn(key: Readonly<Record<string, unknown>>, countsTokens: boolean): Allowance | undefined {
  const dollars = numberIn(key, "max_budget");
  if (dollars === undefined) return undefined;
  const duration = textIn(key, "budget_duration");
  const every = Object.keys(DURATIONS).find((word) => DURATIONS[word] === duration) ?? duration;
  if (countsTokens && every === "day") return { kind: "tokens", tokens: tokensOf(dollars) };
  return { kind: "dollars", dollars, every };
}

/** What so many dollars are where tokens have no other price. */
export function tokensOf(dollars: number): number {
  return Math.round(dollars / PER_TOKEN);
}

function numberIn(record: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = record[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function textIn(record: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = record[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** In UTC, also where it does not say so. */
function instantIn(record: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const text = textIn(record, name);
  if (text === undefined) return undefined;
  const date = new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
