// Opik backend stand-in: a health check that really asks every dependency, and a small trace API stored in MySQL.
import http from "node:http";
import { Contract, endOnSignal, listen } from "../lib/contract.mjs";
import { readBody, send } from "../lib/http.mjs";
import { quote } from "../lib/mysql.mjs";
import { checkBackend } from "./opik-contract.mjs";
import { checkAll, clickhouse, mysql } from "./opik-dependencies.mjs";

const image = "opik-backend";
const { env } = process;
const TABLE = `${env.ANALYTICS_DB_DATABASE_NAME}.traces`;
const contract = new Contract(image);
checkBackend(contract);
contract.enforce();

async function health(response, type) {
  const checks =
    type === "alive" ? [{ name: "deadlocks", healthy: true, critical: true, type: "ALIVE" }] : await checkAll();
  const healthy = checks.every((check) => check.healthy);
  if (!healthy)
    process.stderr.write(
      `${image}: unhealthy: ${checks
        .filter((check) => !check.healthy)
        .map((check) => check.message)
        .join("; ")}\n`,
    );
  send(response, healthy ? 200 : 503, checks);
}

async function traces(request, response) {
  if (request.method === "POST") {
    const body = (await readBody(request)).toString();
    const { id: own } = JSON.parse(body);
    const [[number]] = await mysql(
      `INSERT INTO lab_traces (body) VALUES (${quote(body)})`,
      "SELECT MAX(id) FROM lab_traces",
    );
    const id = own ?? number;
    await clickhouse(`INSERT INTO ${TABLE} (id) VALUES ('${id}')`);
    return send(response, 201, { id }, { location: `/v1/private/traces/${id}` });
  }
  const rows = await mysql("SELECT id, body FROM lab_traces ORDER BY id");
  return send(response, 200, { total: rows.length, content: rows.map(([id, body]) => ({ id, ...JSON.parse(body) })) });
}

/** What a client has gathered. */
async function batch(request, response) {
  const { traces: list } = JSON.parse((await readBody(request)).toString());
  for (const one of list) {
    await mysql(`INSERT INTO lab_traces (body) VALUES (${quote(JSON.stringify(one))})`);
    await clickhouse(`INSERT INTO ${TABLE} (id) VALUES ('${one.id}')`);
  }
  return send(response, 204, "");
}

/** One that brought its own id. As in the real one, ClickHouse must know it. */
async function trace(request, response, id) {
  const known = (await clickhouse(`SELECT id FROM ${TABLE}`)).split("\n").includes(id);
  const rows = await mysql("SELECT id, body FROM lab_traces ORDER BY id");
  const found = rows.find(([, body]) => JSON.parse(body).id === id);
  if (request.method === "DELETE") {
    await clickhouse(`DELETE FROM ${TABLE} WHERE id = '${id}'`);
    if (found) await mysql(`DELETE FROM lab_traces WHERE id = ${Number(found[0])}`);
    return send(response, 204, "");
  }
  if (!known || !found) return send(response, 404, { errors: [`Trace id: ${id} not found`] });
  return send(response, 200, JSON.parse(found[1]));
}

async function route(request, response) {
  const url = new URL(request.url, "http://opik");
  if (url.pathname === "/health-check") return health(response, url.searchParams.get("type") ?? "ready");
  if (url.pathname === "/is-alive/ping") return send(response, 200, { healthy: true });
  if (url.pathname === "/is-alive/ver") return send(response, 200, { version: env.OPIK_VERSION });
  if (url.pathname === "/v1/private/traces/batch" && request.method === "POST") return batch(request, response);
  if (url.pathname === "/v1/private/traces") return traces(request, response);
  const [, id] = /^\/v1\/private\/traces\/([0-9a-f-]{36})$/.exec(url.pathname) ?? [];
  if (id) return trace(request, response, id);
  if (url.pathname === "/v1/private/headers") return send(response, 200, request.headers);
  return send(response, 404, { code: 404, message: `HTTP 404 Not Found: ${url.pathname}` });
}

const api = http.createServer((request, response) =>
  route(request, response).catch((error) =>
    send(response, error instanceof SyntaxError ? 400 : 500, { message: error.message }),
  ),
);
const plain = (text) => http.createServer((_, response) => send(response, 200, text));
await listen(image, api, env.SERVER_APPLICATION_PORT ?? 8080, "::");
await listen(image, plain("admin\n"), env.SERVER_ADMIN_PORT ?? 8081, "::");
await listen(image, plain("redoc\n"), 3003, "::");
endOnSignal(image);
