// Keys: what may ask, for what, how much. Kept in PostgreSQL by their hash; the ones in use for a minute in memory.
import { createHash, randomBytes } from "node:crypto";
import { ProxyError } from "./errors.mjs";
import { textArray } from "./postgres.mjs";

const CACHE_MILLISECONDS = 60_000;
export const hashOf = (key) => (key.startsWith("sk-") ? createHash("sha256").update(key).digest("hex") : key);

/** Fields of a request, and how each gets into its column. */
const FIELDS = {
  key_alias: "text",
  models: "text[]",
  user_id: "text",
  team_id: "text",
  metadata: "jsonb",
  max_parallel_requests: "integer",
  tpm_limit: "bigint",
  rpm_limit: "bigint",
  max_budget: "float8",
  budget_duration: "text",
  spend: "float8",
  blocked: "boolean",
};
const ROW = `SELECT * FROM "LiteLLM_VerificationToken"`;

export class Keys {
  #database;
  #masterHash;
  #cache = new Map();

  constructor(database, masterKey) {
    this.#database = database;
    this.#masterHash = hashOf(masterKey);
  }

  /** Who asks with this key: the row of it, or { isMaster }. Errors are upstream's. */
  async authenticate(key) {
    if (key === undefined) throw authError("No api key passed in.");
    if (hashOf(key) === this.#masterHash) return { token: this.#masterHash, isMaster: true, models: [], spend: 0 };
    if (!key.startsWith("sk-"))
      throw authError(`LiteLLM Virtual Key expected. Received=${key.slice(0, 4)}****, expected to start with 'sk-'.`);
    const row = await this.#find(hashOf(key));
    if (row === undefined)
      throw new ProxyError(
        401,
        `Authentication Error, Invalid proxy server token passed. Received API Key = sk-...${key.slice(-4)}, Key Hash (Token) =${hashOf(key)}. Unable to find token in cache or \`LiteLLM_VerificationTokenTable\``,
        { type: "token_not_found_in_db", param: "key" },
      );
    if (row.blocked) throw authError("Key is blocked. Update via `/key/unblock` if you're an admin.");
    if (row.expires !== null && Date.parse(row.expires) < Date.now()) {
      this.#cache.delete(row.token);
      throw new ProxyError(
        400,
        `Authentication Error - Expired Key. Key Expiry time ${row.expires} and current time ${new Date().toISOString()}`,
        {
          type: "expired_key",
          param: `sk-...${key.slice(-4)}`,
        },
      );
    }
    return row;
  }

  async #find(token) {
    const cached = this.#cache.get(token);
    if (cached && cached.until > Date.now()) return cached.row;
    const [row] = await this.#rows(`${ROW} WHERE token = $1`, [token]);
    if (row === undefined) return undefined;
    // What was spent since, and is not written yet, is known here only.
    const spend = Math.max(
      row.spend,
      cached && cached.row.budget_reset_at === row.budget_reset_at ? cached.row.spend : 0,
    );
    const kept = Object.assign(cached?.row ?? {}, row, { spend });
    this.#cache.set(token, { row: kept, until: Date.now() + CACHE_MILLISECONDS });
    return kept;
  }

  async #rows(sql, values) {
    try {
      return await this.#database.rows(sql, values);
    } catch (error) {
      if (error.code === "23505") throw new ProxyError(400, "Key already exists", { type: "bad_request_error" });
      if (/^(22|23|42)/.test(error.code)) throw new ProxyError(400, error.message, { type: "bad_request_error" });
      throw new ProxyError(503, `DB not connected: ${error.message}`, { type: "no_db_connection" });
    }
  }

  /** A budget whose time is over starts again. */
  async renewBudget(row) {
    const isOver = row.budget_reset_at && Date.parse(row.budget_reset_at) <= Date.now();
    if (isOver) await this.resetBudgets();
  }

  async resetBudgets() {
    const due = await this.#rows(
      `SELECT token, budget_duration FROM "LiteLLM_VerificationToken" WHERE budget_reset_at <= now() AND budget_duration IS NOT NULL`,
    );
    for (const { token, budget_duration: duration } of due) {
      const next = nextReset(duration);
      await this.#rows(
        `UPDATE "LiteLLM_VerificationToken" SET spend = 0, budget_reset_at = $2::timestamptz WHERE token = $1 RETURNING token`,
        [token, next],
      );
      const cached = this.#cache.get(token);
      if (cached) Object.assign(cached.row, { spend: 0, budget_reset_at: next });
    }
  }

  async generate(body, by) {
    const { key = `sk-${randomBytes(16).toString("base64url")}`, duration, ...fields } = body;
    if (typeof key !== "string" || !key.startsWith("sk-"))
      throw new ProxyError(400, "Invalid key format. LiteLLM Virtual Key must start with 'sk-'.", {
        type: "bad_request_error",
      });
    await this.#needFreeAlias(fields.key_alias);
    const columns = {
      ...columnsOf(fields),
      token: ["text", hashOf(key)],
      key_name: ["text", `sk-...${key.slice(-4)}`],
      created_by: ["text", by],
    };
    if (duration !== undefined && duration !== null) columns.expires = ["timestamptz", inFuture(duration)];
    if (fields.budget_duration) columns.budget_reset_at = ["timestamptz", nextReset(fields.budget_duration)];
    const names = Object.keys(columns);
    const places = names.map((name, index) => `$${index + 1}::${columns[name][0]}`);
    const [row] = await this.#rows(
      `INSERT INTO "LiteLLM_VerificationToken" (${names.join(", ")}) VALUES (${places.join(", ")}) RETURNING *`,
      names.map((name) => columns[name][1]),
    );
    return { ...row, key, token_id: row.token };
  }

  async update(body) {
    const { key, duration, ...fields } = body;
    const row = await this.info(key);
    if (fields.key_alias && fields.key_alias !== row.key_alias) await this.#needFreeAlias(fields.key_alias);
    const columns = columnsOf(fields);
    if (duration !== undefined)
      columns.expires = ["timestamptz", duration === null || duration === "-1" ? null : inFuture(duration)];
    if (fields.budget_duration !== undefined)
      columns.budget_reset_at = ["timestamptz", fields.budget_duration && nextReset(fields.budget_duration)];
    const names = Object.keys(columns);
    const sets = names.map((name, index) => `${name} = $${index + 2}::${columns[name][0]}`);
    const [changed] = await this.#rows(
      `UPDATE "LiteLLM_VerificationToken" SET ${[...sets, "updated_at = now()"].join(", ")} WHERE token = $1 RETURNING *`,
      [row.token, ...names.map((name) => columns[name][1])],
    );
    const cached = this.#cache.get(row.token);
    if (fields.spend !== undefined) this.#cache.delete(row.token);
    else if (cached) cached.until = 0;
    return { key, ...changed };
  }

  async delete({ keys = [], key_aliases: aliases = [] }) {
    const wanted = keys.map(hashOf);
    const deleted = await this.#rows(
      `DELETE FROM "LiteLLM_VerificationToken" WHERE token = ANY($1::text[]) OR key_alias = ANY($2::text[]) RETURNING token, key_alias`,
      [textArray(wanted), textArray(aliases)],
    );
    for (const { token } of deleted) this.#cache.delete(token);
    if (deleted.length === 0) throw new ProxyError(404, "No keys found", { type: "not_found_error" });
    return {
      deleted_keys:
        keys.length > 0
          ? keys.filter((key) => deleted.some(({ token }) => token === hashOf(key)))
          : deleted.map(({ token }) => token),
    };
  }

  async info(key) {
    if (typeof key !== "string") throw new ProxyError(422, "key: Field required");
    const [row] = await this.#rows(`${ROW} WHERE token = $1`, [hashOf(key)]);
    if (row === undefined)
      throw new ProxyError(404, "Key not found in database", { type: "not_found_error", param: "key" });
    return { ...row, spend: Math.max(row.spend, this.#cache.get(row.token)?.row.spend ?? 0) };
  }

  async list({ page = 1, size = 10, alias, user, full }) {
    const where = `WHERE ($1::text IS NULL OR key_alias = $1) AND ($2::text IS NULL OR user_id = $2)`;
    const [{ count }] = await this.#rows(`SELECT count(*) FROM "LiteLLM_VerificationToken" ${where}`, [alias, user]);
    const rows = await this.#rows(
      `SELECT * FROM "LiteLLM_VerificationToken" ${where} ORDER BY created_at DESC, token LIMIT $3::int OFFSET $4::int`,
      [alias, user, size, (page - 1) * size],
    );
    return {
      keys: full ? rows : rows.map(({ token }) => token),
      total_count: count,
      current_page: page,
      total_pages: Math.ceil(count / size),
    };
  }

  async #needFreeAlias(alias) {
    if (!alias) return;
    const taken = await this.#rows(`SELECT 1 AS one FROM "LiteLLM_VerificationToken" WHERE key_alias = $1`, [alias]);
    if (taken.length > 0)
      throw new ProxyError(
        400,
        `Key with alias '${alias}' already exists. Unique key aliases across all keys are required.`,
        {
          type: "bad_request_error",
          param: "key_alias",
        },
      );
  }
}

/** Columns that a request sets; a field that is not known is refused, where upstream overlooks it. */
function columnsOf(fields) {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const type = FIELDS[name];
      if (type === undefined) throw new ProxyError(422, `${name}: this is no field of a key that the lab knows`);
      if (name === "budget_duration" && value !== null) inFuture(value);
      const written =
        value === null ? null : type === "text[]" ? textArray(value) : type === "jsonb" ? JSON.stringify(value) : value;
      return [name, [type, written]];
    }),
  );
}

const authError = (message) => new ProxyError(401, `Authentication Error, ${message}`, { type: "auth_error" });
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, mo: 2_592_000 };

function secondsOf(duration) {
  const [, count, unit] = /^(\d+)(s|m|h|d|w|mo)$/.exec(duration) ?? [];
  if (count === undefined)
    throw new ProxyError(400, `Invalid duration format: ${duration}`, { type: "bad_request_error" });
  return Number(count) * SECONDS[unit];
}

function inFuture(duration) {
  return new Date(Date.now() + secondsOf(duration) * 1000).toISOString();
}

/** A day ends at midnight, a week with Saturday, a month with its last day, by UTC; other times count from now. */
export function nextReset(duration, now = new Date()) {
  const seconds = secondsOf(duration);
  const midnight = (days) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + days)).toISOString();
  if (seconds === SECONDS.d) return midnight(1);
  if (seconds === SECONDS.w) return midnight(7 - now.getUTCDay());
  if (seconds === SECONDS.mo) return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
  return new Date(now.getTime() + seconds * 1000).toISOString();
}
