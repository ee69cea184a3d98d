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

  answer({ method, path, bearer, body }: Asked): HttpAnswer {
    if (this.broken !== undefined) return this.broken;
    if (bearer !== this.master) return refusal(401, "Authentication Error, Invalid proxy server token passed");
    const url = new URL(path, "http://gateway");
    if (method === "GET" && url.pathname === "/key/list") return this.#list(url.searchParams);
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

function good(value: object): HttpAnswer {
  return { status: 200, body: JSON.stringify(value) };
}

/** The form of OpenAI's errors. */
function refusal(status: number, message: string): HttpAnswer {
  return { status, body: JSON.stringify({ error: { message, type: "auth_error", param: "None", code: `${status}` } }) };
}
