// The database: migrations as Prisma records them, each in a transaction of its own. What is there already is not made again; one that
// was cut off is not guessed at.
import { createHash, randomUUID } from "node:crypto";
import { DatabaseError } from "./postgres.mjs";

/** The columns that this stand-in uses, under upstream's names. */
const MIGRATIONS = {
  "20250326162113_baseline": `
    CREATE TABLE "LiteLLM_VerificationToken" (
      token text PRIMARY KEY, key_name text, key_alias text, spend double precision NOT NULL DEFAULT 0, expires timestamptz,
      models text[] NOT NULL DEFAULT '{}', user_id text, team_id text, metadata jsonb NOT NULL DEFAULT '{}', blocked boolean,
      max_parallel_requests integer, tpm_limit bigint, rpm_limit bigint, max_budget double precision, budget_duration text,
      budget_reset_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(), created_by text,
      updated_at timestamptz NOT NULL DEFAULT now(), updated_by text);
    CREATE TABLE "LiteLLM_SpendLogs" (
      request_id text PRIMARY KEY, call_type text NOT NULL, api_key text NOT NULL DEFAULT '', spend double precision NOT NULL DEFAULT 0,
      total_tokens integer NOT NULL DEFAULT 0, prompt_tokens integer NOT NULL DEFAULT 0, completion_tokens integer NOT NULL DEFAULT 0,
      "startTime" timestamptz NOT NULL, "endTime" timestamptz NOT NULL, "completionStartTime" timestamptz, model text NOT NULL DEFAULT '',
      model_id text, model_group text, custom_llm_provider text, api_base text, "user" text, metadata jsonb, cache_hit text, status text,
      messages jsonb, response jsonb);
    CREATE INDEX ON "LiteLLM_SpendLogs" ("startTime");`,
  "20250411215431_daily_user_spend": `
    CREATE TABLE "LiteLLM_DailyUserSpend" (
      id text PRIMARY KEY DEFAULT gen_random_uuid()::text, user_id text NOT NULL DEFAULT '', date text NOT NULL, api_key text NOT NULL,
      model text NOT NULL, model_group text, custom_llm_provider text NOT NULL DEFAULT '', prompt_tokens bigint NOT NULL DEFAULT 0,
      completion_tokens bigint NOT NULL DEFAULT 0, spend double precision NOT NULL DEFAULT 0, api_requests bigint NOT NULL DEFAULT 0,
      successful_requests bigint NOT NULL DEFAULT 0, failed_requests bigint NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (user_id, date, api_key, model, custom_llm_provider));
    CREATE INDEX ON "LiteLLM_DailyUserSpend" (date);`,
  "20251204124859_add_end_user_spend_table": `
    ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN end_user text;
    CREATE TABLE "LiteLLM_DailyEndUserSpend" (
      id text PRIMARY KEY DEFAULT gen_random_uuid()::text, end_user_id text, date text NOT NULL, api_key text NOT NULL,
      model text NOT NULL, model_group text, custom_llm_provider text NOT NULL DEFAULT '', prompt_tokens bigint NOT NULL DEFAULT 0,
      completion_tokens bigint NOT NULL DEFAULT 0, spend double precision NOT NULL DEFAULT 0, api_requests bigint NOT NULL DEFAULT 0,
      successful_requests bigint NOT NULL DEFAULT 0, failed_requests bigint NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (end_user_id, date, api_key, model, custom_llm_provider));
    CREATE INDEX ON "LiteLLM_DailyEndUserSpend" (date);`,
};

const RECORD = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id text PRIMARY KEY, checksum text NOT NULL, finished_at timestamptz, migration_name text NOT NULL, logs text,
  rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

/** Names of what was applied now; an error has the words of Prisma, which the journal of the real one has. */
export async function migrate(database) {
  try {
    await database.run(RECORD).catch(async (error) => {
      if (error.code !== "3D000") throw error;
      await database.create();
      await database.run(RECORD);
    });
    const found = await database.rows("SELECT migration_name, finished_at, rolled_back_at FROM _prisma_migrations");
    const failed = found.find((row) => row.finished_at === null && row.rolled_back_at === null);
    if (failed)
      throw new Error(`P3009: migrate found failed migrations in the target database: ${failed.migration_name} failed`);
    const done = new Set(found.filter((row) => row.rolled_back_at === null).map((row) => row.migration_name));
    const missing = Object.entries(MIGRATIONS).filter(([name]) => !done.has(name));
    for (const [name, sql] of missing) await apply(database, name, sql);
    return missing.map(([name]) => name);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.code === "28P01" || error.code === "28000")
      throw new Error(
        `P1000: Authentication failed against database server, the provided database credentials for \`${database.user}\` are not valid.`,
      );
    if (/^[0-9A-Z]{5}$/.test(error.code)) throw new Error(`P3018: A migration failed to apply: ${error.message}`);
    throw new Error(`P1001: Can't reach database server at \`${database.address}\`: ${error.message}`);
  }
}

async function apply(database, name, sql) {
  const checksum = createHash("sha256").update(sql).digest("hex");
  const id = randomUUID();
  await database.rows(
    "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3) RETURNING id",
    [id, checksum, name],
  );
  await database.run(`BEGIN; ${sql}; COMMIT`);
  await database.rows(
    "UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1 RETURNING id",
    [id],
  );
}
