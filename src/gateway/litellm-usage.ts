/**
 * What LiteLLM says was used, by day. Relied on, as of 1.108, with the master key as bearer:
 *
 *   GET /user/daily/activity?start_date=2026-11-27&end_date=2026-11-27&page=N&page_size=1000
 *       {results: [{date, breakdown: {model_groups: {NAME: {metrics}}, api_keys: {TOKEN: {metrics, metadata: {key_alias}}}}}],
 *        metadata: {total_pages}}; days are in UTC, and one day may be spread over pages
 *       metrics: spend, prompt_tokens, completion_tokens, api_requests, failed_requests
 *   GET /customer/daily/activity with the same four
 *       the same form; in breakdown: {entities: {CUSTOMER: {metrics, api_key_breakdown: {TOKEN: {metrics, metadata: {key_alias}}}}}}
 *       only requests that were for a customer are in it; "Unassigned" is a row without one; older than 1.80.8: 404
 *
 * Sources: litellm/types/proxy/management_endpoints/common_daily_activity.py of 2026, litellm/proxy/management_endpoints: the file of
 * the same name and customer_endpoints.py, docs/proxy/cost_tracking.md (daily activity), docs/proxy/customer_usage.md.
 */
import { isRecord, parseJson } from "../model/json.ts";
import type { Question } from "./litellm-admin.ts";

export interface Used {
  readonly requests: number;
  readonly failed: number;
  readonly input: number;
  readonly output: number;
  readonly dollars: number;
}

export interface UsedBy extends Used {
  readonly day: string;
  /** The name that clients ask for, or a key's token. */
  readonly of: string;
  /** What a key was called then. */
  readonly name: string | undefined;
}

/** What a key was used for somebody: whom LiteLLM calls a customer. */
export interface UsedFor extends UsedBy {
  readonly customer: string;
}

export interface CustomersPage {
  readonly used: readonly UsedFor[];
  readonly pages: number;
}

export interface UsagePage {
  readonly models: readonly UsedBy[];
  readonly keys: readonly UsedBy[];
  readonly pages: number;
}

export const NOTHING_USED: Used = { requests: 0, failed: 0, input: 0, output: 0, dollars: 0 };

/** Both days are part of it: "2026-11-27". */
export function usageQuestion(from: string, to: string, page: number): Question {
  return { method: "GET", path: `/user/daily/activity?${query(from, to, page)}` };
}

export function customersQuestion(from: string, to: string, page: number): Question {
  return { method: "GET", path: `/customer/daily/activity?${query(from, to, page)}` };
}

function query(from: string, to: string, page: number): string {
  return `start_date=${from}&end_date=${to}&page=${page}&page_size=1000`;
}

/** Undefined for anything else. */
export function parseUsage(text: string): UsagePage | undefined {
  const page = daysIn(text);
  if (page === undefined) return undefined;
  const of = (kind: string) =>
    page.days.flatMap(({ day, breakdown }) =>
      entriesOf(breakdown[kind]).flatMap(([of, entry]) => usedIn(day, of, entry)),
    );
  return { models: of("model_groups"), keys: of("api_keys"), pages: page.pages };
}

/** Undefined for anything else. */
export function parseCustomers(text: string): CustomersPage | undefined {
  const page = daysIn(text);
  if (page === undefined) return undefined;
  const used = page.days.flatMap(({ day, breakdown }) =>
    entriesOf(breakdown["entities"]).flatMap(([customer, { api_key_breakdown: keys }]) =>
      entriesOf(keys).flatMap(([of, entry]) => usedIn(day, of, entry).map((one) => ({ ...one, customer }))),
    ),
  );
  return { used: used.filter(({ customer }) => !NOBODY.includes(customer)), pages: page.pages };
}

/** What LiteLLM calls a customer that is none. */
const NOBODY = ["", "Unassigned"];

type Fields = Readonly<Record<string, unknown>>;

function daysIn(
  text: string,
):
  | { readonly days: readonly { readonly day: string; readonly breakdown: Fields }[]; readonly pages: number }
  | undefined {
  const page = parseJson(text);
  if (!isRecord(page) || !Array.isArray(page["results"])) return undefined;
  const days = page["results"].filter(isRecord).map(({ date, breakdown }) => ({
    day: String(date).slice(0, 10),
    breakdown: isRecord(breakdown) ? breakdown : {},
  }));
  const metadata = isRecord(page["metadata"]) ? page["metadata"] : {};
  return { days, pages: numberIn(metadata, "total_pages") || 1 };
}

function entriesOf(value: unknown): readonly (readonly [string, Fields])[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, entry]) => (isRecord(entry) ? [[name, entry] as const] : []));
}

function usedIn(day: string, of: string, { metrics, metadata }: Fields): readonly UsedBy[] {
  if (!isRecord(metrics)) return [];
  const alias = isRecord(metadata) ? metadata["key_alias"] : undefined;
  const used = {
    requests: numberIn(metrics, "api_requests"),
    failed: numberIn(metrics, "failed_requests"),
    input: numberIn(metrics, "prompt_tokens"),
    output: numberIn(metrics, "completion_tokens"),
    dollars: numberIn(metrics, "spend"),
  };
  return [{ day, of, name: typeof alias === "string" ? alias : undefined, ...used }];
}

function numberIn(record: Readonly<Record<string, unknown>>, name: string): number {
  const value = record[name];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

export function added(one: Used, other: Used): Used {
  return {
    requests: one.requests + other.requests,
    failed: one.failed + other.failed,
    input: one.input + other.input,
    output: one.output + other.output,
    dollars: one.dollars + other.dollars,
  };
}
