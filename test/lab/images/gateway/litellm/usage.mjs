// What was used: kept in memory for some seconds, then written as rows, sums of days and the spending of keys.
import { randomUUID } from "node:crypto";
import { ProxyError } from "./errors.mjs";

export class Usage {
  #database;
  #waiting = [];
  #timer;

  constructor(database, seconds) {
    this.#database = database;
    this.#timer = setInterval(() => void this.flush(), seconds * 1000);
  }

  /** A request that has ended, well or not. `row` is the key's, whose spending counts at once. */
  add(row, entry) {
    row.spend += entry.spend;
    this.#waiting.push({ id: randomUUID(), token: row.token, user: row.user_id ?? "", ...entry });
  }

  /** Writes what waits; where the database does not answer, it waits on. */
  async flush() {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      await this.#database.write(WRITE, [JSON.stringify(batch)]);
    } catch (error) {
      this.#waiting = [...batch, ...this.#waiting];
      process.stderr.write(`litellm: spend could not be written: ${error.message}\n`);
    }
  }

  async end() {
    clearInterval(this.#timer);
    await this.flush();
  }
}

/** Sums of a day by whoever is in the column, as a part of that statement. */
const daysOf = (name, table, column, value, condition) => `
  ${name} AS (INSERT INTO "${table}" AS d (${column}, date, api_key, model, model_group, custom_llm_provider, prompt_tokens,
      completion_tokens, spend, api_requests, successful_requests, failed_requests)
    SELECT ${value}, to_char("startTime" AT TIME ZONE 'UTC', 'YYYY-MM-DD'), token, model, max("group"), provider, sum("promptTokens"),
      sum("completionTokens"), sum(spend), count(*), count(*) FILTER (WHERE status = 'success'), count(*) FILTER (WHERE status = 'failure')
    FROM batch WHERE ${condition} GROUP BY 1, 2, 3, 4, provider
    ON CONFLICT (${column}, date, api_key, model, custom_llm_provider) DO UPDATE SET
      prompt_tokens = d.prompt_tokens + excluded.prompt_tokens, completion_tokens = d.completion_tokens + excluded.completion_tokens,
      spend = d.spend + excluded.spend, api_requests = d.api_requests + excluded.api_requests,
      successful_requests = d.successful_requests + excluded.successful_requests,
      failed_requests = d.failed_requests + excluded.failed_requests, updated_at = now()),`;

/** One statement, so that all of it is there or none. */
const WRITE = `
  WITH batch AS (SELECT * FROM json_to_recordset($1::json) AS b(
      id text, token text, "user" text, customer text, "callType" text, spend float8, "promptTokens" int, "completionTokens" int,
      "startTime" timestamptz, "firstTime" timestamptz, "endTime" timestamptz, model text, "modelId" text, "group" text, provider text, "apiBase" text,
      "cacheHit" text, status text, metadata jsonb)),
  logs AS (INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens, "startTime",
      "endTime", "completionStartTime", model, model_id, model_group, custom_llm_provider, api_base, "user", end_user, cache_hit,
      status, metadata)
    SELECT id, "callType", token, spend, "promptTokens" + "completionTokens", "promptTokens", "completionTokens", "startTime", "endTime",
      coalesce("firstTime", "endTime"), model, "modelId", "group", provider, "apiBase", "user", coalesce(customer, ''), "cacheHit",
      status, metadata FROM batch),
  ${daysOf("days", "LiteLLM_DailyUserSpend", "user_id", '"user"', "true")}
  ${daysOf("customers", "LiteLLM_DailyEndUserSpend", "end_user_id", "customer", "customer IS NOT NULL")}
  sums AS (SELECT token, sum(spend) AS spend FROM batch GROUP BY token)
  UPDATE "LiteLLM_VerificationToken" AS k SET spend = k.spend + sums.spend FROM sums WHERE k.token = sums.token`;

const COLUMNS = `request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens, "startTime", "endTime",
  "completionStartTime", model, model_id, model_group, custom_llm_provider, api_base, "user", cache_hit, status, metadata`;
const ORDERS = { startTime: '"startTime"', endTime: '"endTime"', spend: "spend", total_tokens: "total_tokens" };
const INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const MOST_ROWS = 100;
/** Upstream counts no further, and says so. */
const MOST_COUNTED = 10_000;

/** Requests that began within two instants in UTC, a page at a time. Refuses what it does not know, where upstream overlooks it. */
export async function spendLogs(database, query) {
  const known = ["start_date", "end_date", "page", "page_size", "sort_by", "sort_order", "api_key", "status_filter"];
  for (const name of query.keys()) if (!known.includes(name)) throw new ProxyError(422, `${name} is not known`);
  const [start, end] = ["start_date", "end_date"].map((name) => query.get(name));
  if (!start || !end) throw new ProxyError(400, "Start date and end date are required");
  for (const text of [start, end])
    if (!INSTANT.test(text)) throw new ProxyError(400, `time data '${text}' does not match format '%Y-%m-%d %H:%M:%S'`);
  const [page, size] = [Number(query.get("page") ?? 1), Number(query.get("page_size") ?? 50)];
  if (!(page >= 1)) throw new ProxyError(422, "page: Input should be greater than or equal to 1");
  if (!(size >= 1 && size <= MOST_ROWS))
    throw new ProxyError(422, `page_size: Input should be less than or equal to ${MOST_ROWS}`);
  const order = ORDERS[query.get("sort_by") ?? "startTime"];
  const direction = { asc: "ASC", desc: "DESC" }[query.get("sort_order") ?? "desc"];
  if (!order || !direction) throw new ProxyError(400, "Invalid sort_by or sort_order");
  const where = `"startTime" BETWEEN ($1::timestamp AT TIME ZONE 'UTC') AND ($2::timestamp AT TIME ZONE 'UTC')
    AND ($3::text IS NULL OR api_key = $3) AND ($4::text IS NULL OR status = $4)`;
  const values = [start, end, query.get("api_key"), query.get("status_filter")];
  const [{ count }] = await database.rows(
    `SELECT count(*)::int FROM (SELECT 1 FROM "LiteLLM_SpendLogs" WHERE ${where} LIMIT ${MOST_COUNTED + 1}) AS counted`,
    values,
  );
  const data = await database.rows(
    `SELECT ${COLUMNS} FROM "LiteLLM_SpendLogs" WHERE ${where} ORDER BY ${order} ${direction} LIMIT ${size} OFFSET ${(page - 1) * size}`,
    values,
  );
  const total = Math.min(count, MOST_COUNTED);
  return {
    data,
    total,
    page,
    page_size: size,
    total_pages: Math.ceil(total / size),
    total_is_capped: count > MOST_COUNTED,
  };
}

/** Rows of requests older than the file says are removed. */
export async function forgetOld(database, period) {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(period ?? "") ?? [];
  if (count === undefined) return;
  const interval = `${count} ${{ s: "seconds", m: "minutes", h: "hours", d: "days" }[unit]}`;
  await database.write(`DELETE FROM "LiteLLM_SpendLogs" WHERE "startTime" < now() - $1::interval`, [interval]);
}

/** Sums of days from the first to the last, of all keys or of one. */
export async function dailyActivity(database, { start, end, token }) {
  const rows = await database.rows(
    `SELECT d.*, k.key_alias FROM "LiteLLM_DailyUserSpend" AS d LEFT JOIN "LiteLLM_VerificationToken" AS k ON k.token = d.api_key
     WHERE date BETWEEN $1 AND $2 AND ($3::text IS NULL OR api_key = $3) ORDER BY date DESC, model`,
    [start, end, token],
  );
  return { ...summed(rows), metadata: { ...totals(rows), page: 1, total_pages: 1, has_more: false } };
}

/** The same of what was for a customer, a page of rows at a time: so a day may be on two of them. */
export async function customerActivity(database, query) {
  const known = ["start_date", "end_date", "page", "page_size", "end_user_ids", "api_key"];
  for (const name of query.keys()) if (!known.includes(name)) throw new ProxyError(422, `${name} is not known`);
  const [start, end] = ["start_date", "end_date"].map((name) => query.get(name));
  if (!start || !end) throw new ProxyError(400, "Please provide start_date and end_date");
  const [page, size] = [Number(query.get("page") ?? 1), Number(query.get("page_size") ?? 10)];
  if (!(page >= 1 && size >= 1)) throw new ProxyError(422, "page, page_size: Input should be a valid integer");
  const ids = query.get("end_user_ids");
  const rows = await database.rows(
    `SELECT d.*, k.key_alias FROM "LiteLLM_DailyEndUserSpend" AS d LEFT JOIN "LiteLLM_VerificationToken" AS k ON k.token = d.api_key
     WHERE date BETWEEN $1 AND $2 AND ($3::text IS NULL OR api_key = $3) AND ($4::text IS NULL OR end_user_id = ANY(string_to_array($4, ',')))
     ORDER BY date DESC, d.id`,
    [start, end, query.get("api_key"), ids],
  );
  const shown = rows.slice((page - 1) * size, page * size);
  const pages = { page, total_pages: Math.ceil(rows.length / size), has_more: page * size < rows.length };
  return { ...summed(shown), metadata: { ...totals(shown), ...pages } };
}

function summed(rows) {
  const days = new Map();
  for (const row of rows) {
    const day = days.get(row.date) ?? { metrics: none(), models: {}, model_groups: {}, api_keys: {}, entities: {} };
    days.set(row.date, day);
    day.models[row.model] ??= { metrics: none() };
    day.model_groups[row.model_group] ??= { metrics: none() };
    const key = () => ({ metrics: none(), metadata: { key_alias: row.key_alias } });
    day.api_keys[row.api_key] ??= key();
    const places = [day, day.models[row.model], day.model_groups[row.model_group], day.api_keys[row.api_key]];
    if (row.end_user_id !== undefined) {
      day.entities[row.end_user_id] ??= { metrics: none(), metadata: { alias: null }, api_key_breakdown: {} };
      const customer = day.entities[row.end_user_id];
      customer.api_key_breakdown[row.api_key] ??= key();
      places.push(customer, customer.api_key_breakdown[row.api_key]);
    }
    for (const { metrics } of places) add(metrics, row);
  }
  return { results: [...days].map(([date, { metrics, ...breakdown }]) => ({ date, metrics, breakdown })) };
}

function totals(rows) {
  const total = none();
  for (const row of rows) add(total, row);
  return Object.fromEntries(
    Object.entries(total).map(([name, value]) => [`total_${name}`.replace("total_total", "total"), value]),
  );
}

function add(sums, row) {
  const told = { ...row, total_tokens: row.prompt_tokens + row.completion_tokens };
  for (const name of Object.keys(sums)) sums[name] += told[name];
}

const none = () => ({
  spend: 0,
  prompt_tokens: 0,
  completion_tokens: 0,
  total_tokens: 0,
  successful_requests: 0,
  failed_requests: 0,
  api_requests: 0,
});
