// The environment and file system that Opik's backend needs, checked by its migrations and by the server itself.
const PUBLIC_KEY = "GiTHubiLoVeYouAA";

export function checkBackend(contract) {
  const { env } = process;
  contract.uid([1001], "the image runs as 1001:1001");
  contract.writable("/tmp", "the JVM and uploads need it (a tmpfs when the root is read-only)");
  contract.need(
    env.OPIK_VERSION === "2.2.134",
    `OPIK_VERSION is set to ${env.OPIK_VERSION}: it names the jar and belongs to the image`,
  );

  contract.need(env.STATE_DB_PROTOCOL === "jdbc:mysql://", "STATE_DB_PROTOCOL must be jdbc:mysql://");
  contract.need(
    /^[^:/\s]+(:\d+)?\/\w+(\?|$)/.test(env.STATE_DB_URL ?? ""),
    "STATE_DB_URL must look like host:3306/database?options, without protocol",
  );
  for (const name of ["STATE_DB_USER", "STATE_DB_PASS", "STATE_DB_DATABASE_NAME"]) contract.env(name, "MySQL login");

  contract.need(
    /^jdbc:clickhouse:\/\/[^/]+/.test(env.ANALYTICS_DB_MIGRATIONS_URL ?? ""),
    "ANALYTICS_DB_MIGRATIONS_URL must look like jdbc:clickhouse://host:8123",
  );
  for (const name of ["MIGRATIONS_USER", "MIGRATIONS_PASS", "HOST", "PORT", "DATABASE_NAME", "USERNAME", "PASS"])
    contract.env(`ANALYTICS_DB_${name}`, "ClickHouse login");
  contract.need(env.ANALYTICS_DB_PROTOCOL === "HTTP", "ANALYTICS_DB_PROTOCOL must be HTTP");

  contract.need(
    URL.canParse(env.REDIS_URL ?? "") && env.REDIS_URL.startsWith("redis"),
    "REDIS_URL is missing or no redis:// URL (is the password URL-encoded?)",
  );
  contract.need(env.IS_MINIO === "true", "IS_MINIO must be true for MinIO");
  contract.need(URL.canParse(env.S3_URL ?? ""), "S3_URL is missing or no URL");
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) contract.env(name, "MinIO login");
  contract.need(URL.canParse(env.PYTHON_EVALUATOR_URL ?? ""), "PYTHON_EVALUATOR_URL is missing or no URL");

  const key = env.OPIK_ENCRYPTION_KEY ?? PUBLIC_KEY;
  contract.need(key.length === 16, `OPIK_ENCRYPTION_KEY has ${key.length} characters, must have 16`);
  if (key === PUBLIC_KEY) contract.warn("OPIK_ENCRYPTION_KEY is the public default");
  if (env.OPIK_USAGE_REPORT_ENABLED !== "false")
    contract.warn("OPIK_USAGE_REPORT_ENABLED IS NOT false: A REAL OPIK WOULD REPORT USAGE TO ITS MAKER");
}
