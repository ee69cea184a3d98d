// The dependencies of Opik's backend, each reached with exactly the settings the backend was given.

import { basic, request } from "../lib/http.mjs";
import { connectMysql } from "../lib/mysql.mjs";
import { redisPing } from "../lib/redis.mjs";

const { env } = process;

/** STATE_DB_URL is host:port/database?options, without the protocol. */
export function mysqlTarget() {
  const [, host, port, database, options = ""] =
    /^([^:/]+)(?::(\d+))?\/([^?]*)(?:\?(.*))?$/.exec(env.STATE_DB_URL ?? "") ?? [];
  return {
    host,
    port: Number(port ?? 3306),
    database,
    options: new URLSearchParams(options),
    user: env.STATE_DB_USER,
    password: env.STATE_DB_PASS,
  };
}

/** Runs SQL statements in one connection and returns the rows of the last. */
export async function mysql(...statements) {
  const connection = await connectMysql(mysqlTarget());
  try {
    let rows = [];
    for (const statement of statements) rows = await connection.query(statement);
    return rows;
  } finally {
    connection.close();
  }
}

async function clickhouseQuery(base, user, password, query) {
  const answer = await request(`${base}/?query=${encodeURIComponent(query)}`, {
    method: "POST",
    headers: { "x-clickhouse-user": user ?? "", "x-clickhouse-key": password ?? "" },
  });
  if (answer.status !== 200) throw new Error(`ClickHouse ${base}: HTTP ${answer.status}: ${answer.body.trim()}`);
  return answer.body;
}

/** As the running backend. */
export function clickhouse(query) {
  return clickhouseQuery(
    `http://${env.ANALYTICS_DB_HOST}:${env.ANALYTICS_DB_PORT}`,
    env.ANALYTICS_DB_USERNAME,
    env.ANALYTICS_DB_PASS,
    query,
  );
}

/** As the migrations, which have their own address and credentials. */
export function clickhouseMigrations(query) {
  return clickhouseQuery(
    (env.ANALYTICS_DB_MIGRATIONS_URL ?? "").replace(/^jdbc:clickhouse:\/\//, "http://"),
    env.ANALYTICS_DB_MIGRATIONS_USER,
    env.ANALYTICS_DB_MIGRATIONS_PASS,
    query,
  );
}

export const redis = () => redisPing(env.REDIS_URL);

/** Lists buckets with the S3 credentials. */
export async function s3() {
  const answer = await request(env.S3_URL, {
    headers: { authorization: basic(env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY) },
  });
  if (answer.status !== 200) throw new Error(`MinIO ${env.S3_URL}: HTTP ${answer.status}: ${answer.body.trim()}`);
}

/** Every check with its outcome, all at once. */
export async function checkAll() {
  const checks = {
    db: () => mysql("SELECT 1"),
    mysql: () => mysql("SELECT 1"),
    clickhouse: () => clickhouse("SELECT 1"),
    redis,
    s3,
  };
  return Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await check();
        return { name, healthy: true, critical: true, type: "READY" };
      } catch (error) {
        return { name, healthy: false, critical: true, type: "READY", message: error.message };
      }
    }),
  );
}
