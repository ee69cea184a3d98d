/**
 * LiteLLM's administration of keys in memory, as far as src/gateway/litellm-admin.ts relies on it, and stricter: a field that it
 * does not know, a value of another type, an unknown key are refused.
 */
import { createHash } from "node:crypto";
import type { HttpAnswer } from "../../src/model/http.ts";

export interface Row {
  token: string;
  key_alias: string | null;
  models: readonly string[];
  rpm_limit: number | null;
  tpm_limit: number | null;
  max_parallel_requests: number | null;
  max_budget: number | null;
  budget_duration: string | null;
  budget_reset_at: string | null;
  expires: string | null;
  spend: number;
  blocked: boolean | null;
  metadata: Record<string, unknown>;
}

export interface UsedRow {
  readonly date: string;
  readonly token: string;
  readonly alias?: string;
  readonly model: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly failed?: boolean;
  /** For whom it was asked. */
  readonly customer?: string;
}

/** A row of the log of requests, as the database has it. */
export interface SpendRow {
  readonly request_id: string;
  readonly api_key: string;
  /** With its zone, or in UTC without. */
  readonly startTime: string;
  readonly endTime: string;
  readonly [name: string]: unknown;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly bearer: string | undefined;
  readonly body: string | undefined;
}

type Check = (value: unknown) => boolean;

const number: Check = (value) => value === null || (typeof value === "number" && Number.isFinite(value));
const span: Check = (value) => value === null || (typeof value === "string" && /^\d+[smhdw]$/.test(value));
const isText: Check = (value) => typeof value === "string";
const texts: Check = (value) => Array.isArray(value) && value.every(isText);

const LIMITS: Readonly<Record<string, Check>> = {
  key: isText,
  models: texts,
  rpm_limit: number,
  tpm_limit: number,
  max_parallel_requests: number,
  max_budget: number,
  budget_duration: span,
  spend: number,
  metadata: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};
const FIELDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  "/key/generate": { ...LIMITS, key_alias: isText, duration: span },
  "/key/update": { ...LIMITS, duration: (value) => value === "-1" || span(value) },
  "/key/delete": { keys: texts },
};

export class MemoryLitellm {
  readonly rows: Row[] = [];
  /** What it was asked, without what it only showed. */
  readonly told: { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[] = [];
  master = "";
  now: () => Date = () => new Date("2026-11-21T12:00:00Z");
  /** Answers in place of what it would say. */
  broken: HttpAnswer | undefined;
  /** Fewer on a page than are asked for. */
  pageSize = 100;
  /** What was used, one row for each day, key and model. */
  readonly used: UsedRow[] = [];
  /** Older than LiteLLM's sums by customer. */
  isOld = false;
  /** The log of requests. */
  readonly requests: SpendRow[] = [];
  /** Names that clients may ask for. */
  readonly models: string[] = [];
  /** Each question to it. */
  readonly looked: URLSearchParams[] = [];

  answer({ method, path, bearer, body }: Asked): HttpAnswer {
    if (this.broken !== undefined) return this.broken;
    if (bearer !== this.master) return refusal(401, "Authentication Error, Invalid proxy server token passed");
    const url = new URL(path, "http://gateway");
    if (method === "GET" && url.pathname === "/key/list") return this.#list(url.searchParams);
    if (method === "GET" && url.pathname === "/user/daily/activity")
      return this.#activity(url.searchParams, this.used, false);
    if (method === "GET" && url.pathname === "/customer/daily/activity") {
      if (this.isOld) return { status: 404, body: '{"detail":"Not Found"}' };
      const used = this.used.filter(({ customer }) => customer !== undefined);
      return this.#activity(url.searchParams, used, true);
    }
    if (method === "GET" && url.pathname === "/v1/models") return good({ data: this.models.map((id) => ({ id })) });
    if (method === "GET" && url.pathname === "/spend/logs/v2") return this.#log(url.searchParams);
    const fields = FIELDS[url.pathname];
    if (method !== "POST" || fields === undefined) return refusal(404, "Not Found");
    const asked = JSON.parse(body ?? "null") as Readonly<Record<string, unknown>>;
    const wrong = Object.entries(asked).find(([name, value]) => fields[name]?.(value) !== true);
    if (wrong !== undefined) return refusal(422, `${url.pathname}: ${wrong[0]} is not known or not of that type`);
    this.told.push({ path: url.pathname, body: asked });
    if (url.pathname === "/key/generate") return this.#generate(asked);
    if (url.pathname === "/key/update") return this.#update(asked);
    return this.#delete(asked["keys"] as readonly string[]);
  }

  named(name: string): Row | undefined {
    return this.rows.find((row) => row.key_alias === name);
  }

  #list(query: URLSearchParams): HttpAnswer {
    const size = Number(query.get("size") ?? 10);
    if (size > 100 || query.get("return_full_object") !== "true") return refusal(422, "size");
    const page = Number(query.get("page"));
    const each = Math.min(size, this.pageSize);
    const keys = this.rows.slice((page - 1) * each, page * each);
    const total_pages = Math.ceil(this.rows.length / each);
    return good({ keys, total_count: this.rows.length, current_page: page, total_pages });
  }

  #log(query: URLSearchParams): HttpAnswer {
    this.looked.push(query);
    const known = ["start_date", "end_date", "page", "page_size", "sort_by", "sort_order", "api_key"];
    const strange = [...query.keys()].find((name) => !known.includes(name));
    if (strange !== undefined) return refusal(422, `${strange} is not known`);
    const [start = "", end = ""] = [query.get("start_date") ?? "", query.get("end_date") ?? ""];
    const isInstant = (text: string) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text);
    if (!isInstant(start) || !isInstant(end)) return refusal(400, "start_date and end_date");
    const [page, size] = [Number(query.get("page")), Number(query.get("page_size"))];
    if (!(page >= 1) || !(size >= 1 && size <= 100)) return refusal(422, "page and page_size");
    const by = query.get("sort_by") === "endTime" ? "endTime" : "startTime";
    const at = (text: string) => Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
    const within = this.requests
      .filter(({ startTime }) => at(startTime) >= at(start) && at(startTime) <= at(end))
      .filter(({ api_key }) => query.get("api_key") === null || api_key === query.get("api_key"))
      .toSorted((a, b) => (at(a[by]) - at(b[by])) * (query.get("sort_order") === "asc" ? 1 : -1));
    const total = Math.min(10_000, within.length);
    const total_pages = Math.ceil(total / size);
    const data = within.slice((page - 1) * size, page * size);
    return good({ data, total, page, page_size: size, total_pages, total_is_capped: within.length > total });
  }

  /** A page holds so many rows of the database, whatever day they are of. */
  #activity(query: URLSearchParams, used: readonly UsedRow[], byCustomer: boolean): HttpAnswer {
    const [start, end] = [query.get("start_date") ?? "", query.get("end_date") ?? ""];
    if (!/^\d{4}-\d\d-\d\d$/.test(start) || !/^\d{4}-\d\d-\d\d$/.test(end))
      return refusal(400, "start_date and end_date");
    const all = used.filter(({ date }) => date >= start && date <= end);
    const page = Number(query.get("page"));
    const each = Math.min(Number(query.get("page_size")), this.pageSize);
    const rows = all.slice((page - 1) * each, page * each);
    const results = [...new Set(rows.map(({ date }) => date))].map((date) => {
      const own = rows.filter((row) => row.date === date);
      const keys = (some: readonly UsedRow[]) => groups(some, (row) => row.token, breakdown);
      const customers = (some: readonly UsedRow[]) => ({ ...breakdown(some), api_key_breakdown: keys(some) });
      const shown = {
        model_groups: groups(own, (row) => row.model, breakdown),
        api_keys: keys(own),
        entities: byCustomer ? groups(own, (row) => row.customer || "Unassigned", customers) : {},
      };
      return { date, metrics: metrics(own), breakdown: shown };
    });
    return good({ results, metadata: { page, total_pages: Math.ceil(all.length / each), has_more: false } });
  }

  #generate(asked: Readonly<Record<string, unknown>>): HttpAnswer {
    const value = String(asked["key"]);
    const alias = asked["key_alias"] as string;
    if (!value.startsWith("sk-")) return refusal(400, "Invalid key format. LiteLLM Virtual Key must start with 'sk-'");
    const token = createHash("sha256").update(value).digest("hex");
    if (this.named(alias) !== undefined || this.rows.some((row) => row.token === token)) {
      return refusal(400, `Key with alias '${alias}' already exists. Unique key aliases across all keys are required.`);
    }
    const row: Row = {
      token,
      key_alias: alias,
      models: [],
      rpm_limit: null,
      tpm_limit: null,
      max_parallel_requests: null,
      max_budget: null,
      budget_duration: null,
      budget_reset_at: null,
      expires: null,
      spend: 0,
      blocked: null,
      metadata: {},
    };
    this.rows.push(row);
    this.#take(row, asked);
    return good({ key: value, token, key_alias: alias });
  }

  #update(asked: Readonly<Record<string, unknown>>): HttpAnswer {
    const row = this.rows.find(({ token }) => token === asked["key"]);
    if (row === undefined) return refusal(404, "Key not found in database");
    this.#take(row, asked);
    return good({ key: row.token });
  }

  #take(row: Row, asked: Readonly<Record<string, unknown>>): void {
    const { key: _, duration, ...rest } = asked;
    Object.assign(row, structuredClone(rest));
    if (rest["budget_duration"] != null) row.budget_reset_at = "2026-11-22T00:00:00Z";
    if (duration === "-1") row.expires = null;
    else if (typeof duration === "string") {
      // Without a zone, as a database may give it.
      const end = new Date(this.now().getTime() + Number.parseInt(duration, 10) * 1000);
      row.expires = end.toISOString().replace("Z", "000");
    }
  }

  #delete(tokens: readonly string[]): HttpAnswer {
    const known = tokens.filter((token) => this.rows.some((row) => row.token === token));
    if (known.length < tokens.length) return refusal(404, "Key not found in database");
    this.rows.splice(0, this.rows.length, ...this.rows.filter(({ token }) => !tokens.includes(token)));
    return good({ deleted_keys: tokens });
  }
}

function groups(
  rows: readonly UsedRow[],
  nameOf: (row: UsedRow) => string,
  show: (rows: readonly UsedRow[]) => object,
): Readonly<Record<string, object>> {
  const names = [...new Set(rows.map(nameOf))];
  return Object.fromEntries(names.map((name) => [name, show(rows.filter((row) => nameOf(row) === name))]));
}

function breakdown(rows: readonly UsedRow[]): object {
  return { metrics: metrics(rows), metadata: { key_alias: rows[0]?.alias ?? null, team_id: null } };
}

function metrics(rows: readonly UsedRow[]): object {
  const sum = (of: (row: UsedRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const [prompt_tokens, completion_tokens] = [sum((row) => row.prompt_tokens), sum((row) => row.completion_tokens)];
  const failed_requests = rows.filter(({ failed }) => failed === true).length;
  const total_tokens = prompt_tokens + completion_tokens;
  return {
    spend: total_tokens / 1e6,
    prompt_tokens,
    completion_tokens,
    total_tokens,
    api_requests: rows.length,
    failed_requests,
  };
}

function good(value: object): HttpAnswer {
  return { status: 200, body: JSON.stringify(value) };
}

/** The form of OpenAI's errors. */
function refusal(status: number, message: string): HttpAnswer {
  return { status, body: JSON.stringify({ error: { message, type: "auth_error", param: "None", code: `${status}` } }) };
}
