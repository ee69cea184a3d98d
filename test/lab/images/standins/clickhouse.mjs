// ClickHouse stand-in: checks the configuration Opik needs, uses ZooKeeper, answers HTTP and native, keeps rows.
import { readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { Contract, endOnSignal, listen, readable, retry } from "../lib/contract.mjs";
import { basicAuth, readBody, send } from "../lib/http.mjs";
import { select } from "../lib/xml.mjs";
import { openSession, ruok } from "../lib/zookeeper.mjs";
import { checkSettings, loadConfiguration } from "./clickhouse-config.mjs";
import { Store } from "./clickhouse-store.mjs";

const image = "clickhouse-server";
const data = "/var/lib/clickhouse";
const logs = "/var/log/clickhouse-server";
const { env } = process;
const contract = new Contract(image);

contract.uid([101], "the image runs as clickhouse (101:101)");
contract.writable(data, "data directory");
contract.writable(logs, "log directory");

// The user that the environment describes, or the mounted users files alone.
const skipUser = env.CLICKHOUSE_SKIP_USER_SETUP === "1";
if (!skipUser) {
  contract.env("CLICKHOUSE_DB", "Opik needs its database");
  contract.env("CLICKHOUSE_USER", "without it only the local default user exists");
  contract.env(
    "CLICKHOUSE_PASSWORD",
    "the user must have a password (CLICKHOUSE_PASSWORD_FILE is not among the documented variables)",
  );
  contract.need(
    readable("/etc/clickhouse-server/users.d/default-user.xml"),
    "users.d is not writable for the entrypoint, which writes default-user.xml there (or set CLICKHOUSE_SKIP_USER_SETUP=1)",
  );
}
const configuration = loadConfiguration(contract);
const { port, users, zookeeper, host } = checkSettings(contract, configuration);
contract.enforce();

const [, soft] = /Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
if (Number(soft) < 262144) contract.warn(`the soft limit of open files is ${soft}, 262144 is recommended`);

try {
  await retry(60, () => openSession(zookeeper.host, zookeeper.port));
} catch (error) {
  contract.refuse(`no ZooKeeper session, replicated tables cannot be made: ${error.message}`);
}
const answer = await ruok(zookeeper.host, zookeeper.port);
if (answer !== "imok") contract.warn(`ZooKeeper does not answer ruok with imok: ${answer.trim()}`);

const store = new Store(data, env.CLICKHOUSE_DB ?? "default");
const sessionUser = (name, password) => (users.get(name)?.(password) ? name : undefined);

/** The credentials of an HTTP request, in the places where ClickHouse looks. */
function credentials(request, query) {
  const basic = basicAuth(request.headers.authorization);
  if (request.headers["x-clickhouse-user"])
    return [request.headers["x-clickhouse-user"], request.headers["x-clickhouse-key"] ?? ""];
  if (basic) return [basic.user, basic.password];
  return [query.get("user") ?? "default", query.get("password") ?? ""];
}

const web = http.createServer(async (request, response) => {
  const url = new URL(request.url, "http://clickhouse");
  if (url.pathname === "/ping") return send(response, 200, "Ok.\n");
  if (url.pathname === "/replicas_status") return send(response, 200, "Ok.\n");
  if (url.pathname !== "/") return send(response, 404, `There is no handle ${url.pathname}\n`);
  const body = (await readBody(request)).toString();
  const sql = [url.searchParams.get("query"), body].filter(Boolean).join("\n");
  if (!sql) return send(response, 200, "Ok.\n");
  const [name, password] = credentials(request, url.searchParams);
  if (!sessionUser(name, password)) {
    return send(
      response,
      403,
      `Code: 516. DB::Exception: ${name}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED) (version 26.3.20.7)\n`,
      {
        "x-clickhouse-exception-code": "516",
      },
    );
  }
  try {
    send(response, 200, store.run(sql, url.searchParams.get("database") ?? undefined));
  } catch (error) {
    send(response, 400, `Code: ${error.code ?? 62}. DB::Exception: ${error.message} (version 26.3.20.7)\n`);
  }
});

// The native port: one JSON line with user, password and query in, one with the result out; clickhouse-client in this image speaks it.
const native = net.createServer((socket) => {
  let text = "";
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    text += chunk;
    if (!text.includes("\n")) return;
    try {
      const { user, password, query, database } = JSON.parse(text);
      if (!sessionUser(user, password))
        throw Object.assign(
          new Error(
            `${user}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`,
          ),
          { code: 516 },
        );
      socket.end(`${JSON.stringify({ output: store.run(query, database) })}\n`);
    } catch (error) {
      socket.end(`${JSON.stringify({ error: `Code: ${error.code ?? 62}. DB::Exception: ${error.message}` })}\n`);
    }
  });
});

await listen(image, web, 8123, host);
await listen(image, native, port, host);
for (const [element, fallback] of [
  ["mysql_port", 9004],
  ["postgresql_port", 9005],
  ["interserver_http_port", 9009],
]) {
  const last = select(configuration.config, element).at(-1);
  if (last?.attributes.remove) continue;
  await listen(
    image,
    net.createServer((socket) => socket.destroy()),
    last?.text || fallback,
    host,
  );
}
if (!readable("/etc/clickhouse-server/config.d/docker_related_config.xml"))
  contract.warn("config.d hides the image's docker_related_config.xml: listening on loopback only");
endOnSignal(image);
process.stdout.write(`${image}: Ready for connections.\n`);
