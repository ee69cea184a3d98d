/**
 * LiteLLM's log of requests. Relied on, as of 1.108, with the master key as bearer:
 *
 *   GET /spend/logs/v2?start_date=2026-11-27 12:00:00&end_date=...&page=N&page_size=100&sort_by=startTime&sort_order=asc&api_key=TOKEN
 *       both instants are needed, in UTC, to the second, and part of it; 100 rows are the most; `total` counts to 10,000 only, so that
 *       what ends a walk is a page that is not full
 *       {data: [{request_id, api_key, model_group, model, custom_llm_provider, api_base, status, startTime, endTime,
 *        completionStartTime, prompt_tokens, completion_tokens, spend, cache_hit, metadata: {user_api_key_alias, error_information}}]}
 *
 * A row is written some seconds after its request has ended. Without a stream `completionStartTime` is the end. Where a request failed,
 * `model_group` may be empty; `model` is then what was asked for. Texts of requests and errors are not looked at.
 *
 * Sources: litellm/proxy/spend_tracking/spend_management_endpoints.py (ui_view_spend_logs) and its tests of 2026, docs/proxy/ui_logs.md.
 */
import { isRecord, parseJson } from "../model/json.ts";
import type { Question } from "./litellm-admin.ts";

export interface LoggedRequest {
  readonly id: string;
  /** Milliseconds since 1970, as is `ended`. */
  readonly began: number;
  readonly ended: number;
  /** Milliseconds since its beginning; undefined where it was no stream. */
  readonly firstToken: number | undefined;
  readonly token: string;
  /** What the key was called then. */
  readonly key: string | undefined;
  /** The one that answered, after a fallback; the one that was asked for, where none did. */
  readonly model: string;
  readonly answeredBy: string | undefined;
  /** A status of HTTP, mostly; undefined where it went well. */
  readonly failure: string | undefined;
  readonly input: number;
  readonly output: number;
  readonly dollars: number;
}

export interface Wanted {
  /** Milliseconds since 1970; seconds are what it is rounded to, so that there may be rows just outside. */
  readonly from: number;
  readonly to: number;
  readonly page: number;
  readonly size: number;
  readonly order: "oldest" | "last to end";
  /** Only of this key. */
  readonly token?: string | undefined;
}

/** More are refused. */
export const MOST_ROWS = 100;

const ORDERS = {
  oldest: "sort_by=startTime&sort_order=asc",
  "last to end": "sort_by=endTime&sort_order=desc",
} as const;

export function requestsQuestion({ from, to, page, size, order, token }: Wanted): Question {
  const span = `start_date=${second(Math.floor(from / 1000))}&end_date=${second(Math.ceil(to / 1000))}`;
  const whose = token === undefined ? "" : `&api_key=${encodeURIComponent(token)}`;
  return { method: "GET", path: `/spend/logs/v2?${span}&page=${page}&page_size=${size}&${ORDERS[order]}${whose}` };
}

/** The only form that is taken. */
function second(seconds: number): string {
  const text = new Date(seconds * 1000).toISOString();
  return `${text.slice(0, 10)}%20${text.slice(11, 19)}`;
}

/** Undefined for anything else than a page of rows. */
export function parseRequests(text: string): readonly LoggedRequest[] | undefined {
  const page = parseJson(text);
  if (!isRecord(page) || !Array.isArray(page["data"])) return undefined;
  const rows = page["data"].map(parseRow);
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

type Row = Readonly<Record<string, unknown>>;

function parseRow(row: unknown): LoggedRequest | undefined {
  if (!isRecord(row)) return undefined;
  const [began, ended] = [instantIn(row, "startTime"), instantIn(row, "endTime")];
  if (textIn(row, "request_id") === "" || began === undefined || ended === undefined) return undefined;
  const metadata = metadataIn(row);
  const first = instantIn(row, "completionStartTime");
  return {
    id: textIn(row, "request_id"),
    began,
    ended,
    firstToken: first === undefined || first >= ended || first < began ? undefined : first - began,
    token: textIn(row, "api_key"),
    key: textIn(metadata, "user_api_key_alias") || undefined,
    model: textIn(row, "model_group") || textIn(row, "model") || "unknown",
    answeredBy: answererIn(row),
    failure: textIn(row, "status") === "failure" ? failureIn(metadata) : undefined,
    input: numberIn(row, "prompt_tokens"),
    output: numberIn(row, "completion_tokens"),
    dollars: numberIn(row, "spend"),
  };
}

/** Its code only: what an error says may be what somebody asked. */
function failureIn(metadata: Row): string {
  const error = metadata["error_information"];
  const code = isRecord(error) ? (error["error_code"] ?? "") : "";
  return String(code).slice(0, 20) || "failed";
}

/** "hosted_vllm/qwen at 127.0.0.1:8000". */
function answererIn(row: Row): string | undefined {
  if (String(row["cache_hit"]).toLowerCase() === "true") return "the cache";
  const [provider, model, base] = [textIn(row, "custom_llm_provider"), textIn(row, "model"), textIn(row, "api_base")];
  if (provider === "") return undefined;
  const name = model.startsWith(`${provider}/`) ? model : `${provider}/${model}`;
  const host = /^https?:\/\/(?:[^/@]*@)?([^/]+)/.exec(base)?.[1];
  return host === undefined ? name : `${name} at ${host}`;
}

/** An object, or the text of one. */
function metadataIn(row: Row): Row {
  const metadata = row["metadata"];
  const value = typeof metadata === "string" ? parseJson(metadata) : metadata;
  return isRecord(value) ? value : {};
}

function textIn(row: Row, name: string): string {
  const value = row[name];
  return typeof value === "string" ? value : "";
}

function numberIn(row: Row, name: string): number {
  const value = row[name];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** In UTC, also where it does not say so. */
function instantIn(row: Row, name: string): number | undefined {
  const text = textIn(row, name);
  if (text === "") return undefined;
  const at = new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`).getTime();
  return Number.isNaN(at) ? undefined : at;
}
