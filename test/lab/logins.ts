/** Whether Opik's servers take a password: the one in podman's store, or another. */
import { secretsOf, tryAs } from "./services.ts";

/** How Opik's servers are logged into: a shell script in a container of its pod, with the value on standard input. */
export const LOGINS = {
  "opik-mysql": ["mysql", "read -r MYSQL_PWD; export MYSQL_PWD; echo 'select 1' | mysql --user=opik --host=127.0.0.1"],
  "opik-mysql-root": [
    "mysql",
    "read -r MYSQL_PWD; export MYSQL_PWD; echo 'select 1' | mysql --user=root --host=127.0.0.1",
  ],
  "opik-redis": ["redis", "read -r REDISCLI_AUTH; export REDISCLI_AUTH; redis-cli ping | grep -q PONG"],
  "opik-clickhouse": [
    "clickhouse",
    "read -r CLICKHOUSE_PASSWORD; export CLICKHOUSE_PASSWORD; clickhouse-client --port 9100 --user opik -q 'select 1'",
  ],
  "opik-minio": ["frontend", `read -r key; printf 'user = "opik:%s"' "$key" | curl -sf -K - http://127.0.0.1:9000/`],
} as const;

/** Whether a server of Opik's takes a value for that secret: by default the one in the store. */
export async function opens(secret: keyof typeof LOGINS, given?: string): Promise<boolean> {
  const value = given ?? (await secretsOf("opik-user")).get(secret) ?? "";
  const [container, login] = LOGINS[secret];
  const script = 'echo "$1" | podman exec --interactive "$2" sh -c "$3"';
  return (await tryAs("opik-user", "sh", "-c", script, "sh", value, `opik-${container}`, login)).code === 0;
}
