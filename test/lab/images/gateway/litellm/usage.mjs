// What was used: kept in memory for some seconds, then written as rows, sums of days and the spending of keys.
import { randomUUID } from "node:crypto";

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

/** One statement, so that all of it is there or none. */
const WRITE = `
  WITH batch AS (SELECT * FROM json_to_recordset($1::json) AS b(
      id text, token text, "user" text, "callType" text, spend float8, "promptTokens" int, "completionTokens" int, "startTime" timestamptz,
      "firstTime" timestamptz, "endTime" timestamptz, model text, "modelId" text, "group" text, provider text, "apiBase" text,
      "cacheHit" text, status text)),
  logs AS (INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens, "startTime",
      "endTime", "completionStartTime", model, model_id, model_group, custom_llm_provider, api_base, "user", cache_hit, status)
    SELECT id, "callType", token, spend, "promptTokens" + "completionTokens", "promptTokens", "completionTokens", "startTime", "endTime",
      "firstTime", model, "modelId", "group", provider, "apiBase", "user", "cacheHit", status FROM batch),
  days AS (INSERT INTO "LiteLLM_DailyUserSpend" AS d (user_id, date, api_key, model, model_group, custom_llm_provider, prompt_tokens,
      completion_tokens, spend, api_requests, successful_requests, failed_requests)
    SELECT "user", to_char("startTime" AT TIME ZONE 'UTC', 'YYYY-MM-DD'), token, model, max("group"), provider, sum("promptTokens"),
      sum("completionTokens"), sum(spend), count(*), count(*) FILTER (WHERE status = 'success'), count(*) FILTER (WHERE status = 'failure')
    FROM batch GROUP BY 1, 2, 3, 4, provider
    ON CONFLICT (user_id, date, api_key, model, custom_llm_provider) DO UPDATE SET
      prompt_tokens = d.prompt_tokens + excluded.prompt_tokens, completion_tokens = d.completion_tokens + excluded.completion_tokens,
      spend = d.spend + excluded.spend, api_requests = d.api_requests + excluded.api_requests,
      successful_requests = d.successful_requests + excluded.successful_requests,
      failed_requests = d.failed_requests + excluded.failed_requests, updated_at = now()),
  sums AS (SELECT token, sum(spend) AS spend FROM batch GROUP BY token)
  UPDATE "LiteLLM_VerificationToken" AS k SET spend = k.spend + sums.spend FROM sums WHERE k.token = sums.token`;

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
    `SELECT * FROM "LiteLLM_DailyUserSpend" WHERE date BETWEEN $1 AND $2 AND ($3::text IS NULL OR api_key = $3) ORDER BY date DESC, model`,
    [start, end, token],
  );
  const days = new Map();
  for (const row of rows) {
    const day = days.get(row.date) ?? { metrics: none(), models: {}, api_keys: {} };
    days.set(row.date, day);
    day.models[row.model] ??= { metrics: none() };
    day.api_keys[row.api_key] ??= { metrics: none() };
    const told = { ...row, total_tokens: row.prompt_tokens + row.completion_tokens };
    for (const sums of [day.metrics, day.models[row.model].metrics, day.api_keys[row.api_key].metrics]) {
      for (const name of Object.keys(sums)) sums[name] += told[name];
    }
  }
  const results = [...days].map(([date, { metrics, ...breakdown }]) => ({ date, metrics, breakdown }));
  const total = none();
  for (const { metrics } of results) for (const name of Object.keys(total)) total[name] += metrics[name];
  const metadata = Object.fromEntries(
    Object.entries(total).map(([name, value]) => [`total_${name}`.replace("total_total", "total"), value]),
  );
  return { results, metadata: { ...metadata, page: 1, total_pages: 1, has_more: false } };
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
