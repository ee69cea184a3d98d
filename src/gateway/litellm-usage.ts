/**
 * What LiteLLM says was used, by day. Relied on, as of 1.108, with the master key as bearer:
 *
 *   GET /user/daily/activity?start_date=2026-11-27&end_date=2026-11-27&page=N&page_size=1000
 *       {results: [{date, breakdown: {model_groups: {NAME: {metrics}}, api_keys: {TOKEN: {metrics, metadata: {key_alias}}}}}],
 *        metadata: {total_pages}}; days are in UTC, and one day may be spread over pages
 *       metrics: spend, prompt_tokens, completion_tokens, api_requests, failed_requests
 *
 * Sources: litellm/types/proxy/management_endpoints/common_daily_activity.py of 2026, docs/proxy/cost_tracking.md (daily activity).
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

export interface UsagePage {
  readonly models: readonly UsedBy[];
  readonly keys: readonly UsedBy[];
  readonly pages: number;
}

export const NOTHING_USED: Used = { requests: 0, failed: 0, input: 0, output: 0, dollars: 0 };

/** Both days are part of it: "2026-11-27". */
export function usageQuestion(from: string, to: string, page: number): Question {
  const query = `start_date=${from}&end_date=${to}&page=${page}&page_size=1000`;
  return { method: "GET", path: `/user/daily/activity?${query}` };
}

/** Undefined for anything else. */
export function parseUsage(text: string): UsagePage | undefined {
  const page = parseJson(text);
  if (!isRecord(page) || !Array.isArray(page["results"])) return undefined;
  const days = page["results"].filter(isRecord);
  const of = (kind: string) => days.flatMap((day) => usedIn(day, kind));
  const metadata = isRecord(page["metadata"]) ? page["metadata"] : {};
  return { models: of("model_groups"), keys: of("api_keys"), pages: numberIn(metadata, "total_pages") || 1 };
}

function usedIn(day: Readonly<Record<string, unknown>>, kind: string): readonly UsedBy[] {
  const breakdown = isRecord(day["breakdown"]) ? day["breakdown"][kind] : undefined;
  return Object.entries(isRecord(breakdown) ? breakdown : {}).flatMap(([of, entry]) => {
    if (!isRecord(entry) || !isRecord(entry["metrics"])) return [];
    const { metrics } = entry;
    const metadata = isRecord(entry["metadata"]) ? entry["metadata"] : {};
    const name = typeof metadata["key_alias"] === "string" ? metadata["key_alias"] : undefined;
    const used = {
      requests: numberIn(metrics, "api_requests"),
      failed: numberIn(metrics, "failed_requests"),
      input: numberIn(metrics, "prompt_tokens"),
      output: numberIn(metrics, "completion_tokens"),
      dollars: numberIn(metrics, "spend"),
    };
    return [{ day: String(day["date"]).slice(0, 10), of, name, ...used }];
  });
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
