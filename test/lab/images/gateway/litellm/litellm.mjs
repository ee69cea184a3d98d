// LiteLLM's stand-in: what it takes to start, its routes, and its end. README.md beside this says what it does not do.
import { mkdirSync } from "node:fs";
import http from "node:http";
import { parseArgs } from "node:util";
import { Contract, listen, sleep } from "../../lib/contract.mjs";
import { readBody, send } from "../../lib/http.mjs";
import { Budgets } from "./budgets.mjs";
import { AnswerCache } from "./cache.mjs";
import { Completions, mayUse } from "./completions.mjs";
import { readConfig } from "./config.mjs";
import { ProxyError } from "./errors.mjs";
import { hashOf, Keys } from "./keys.mjs";
import { Limits } from "./limits.mjs";
import { Metrics } from "./metrics.mjs";
import { migrate } from "./migrations.mjs";
import { Database } from "./postgres.mjs";
import { Redis } from "./redis.mjs";
import { Router } from "./router.mjs";
import { faultsOfTraces, Traces } from "./traces.mjs";
import { askEngine } from "./upstream.mjs";
import { customerActivity, dailyActivity, forgetOld, spendLogs, Usage } from "./usage.mjs";

const image = "litellm";
const { env } = process;
const contract = new Contract(image);

let options;
try {
  const flags = {
    config: { type: "string" },
    port: { type: "string", default: "4000" },
    host: { type: "string", default: "0.0.0.0" },
  };
  options = parseArgs({
    options: { ...flags, num_workers: { type: "string" }, detailed_debug: { type: "boolean" } },
  }).values;
} catch (error) {
  process.stderr.write(`Usage: litellm [OPTIONS]\n\nError: ${error.message}\n`);
  process.exit(2);
}

contract.uid([65534], "the image's user is nobody");
contract.need(options.config, "--config is missing: there would be no models");
contract.need(env.LITELLM_NON_ROOT === "true", "LITELLM_NON_ROOT is not true");
contract.need(
  env.USE_PRISMA_MIGRATE === "True",
  "USE_PRISMA_MIGRATE is not True: the schema would be pushed instead of migrated",
);
contract.need(
  env.ENFORCE_PRISMA_MIGRATION_CHECK === "True",
  "ENFORCE_PRISMA_MIGRATION_CHECK is not True: it would start without its tables",
);
for (const name of [
  "LITELLM_LOCAL_MODEL_COST_MAP",
  "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS",
  "LITELLM_LOCAL_BLOG_POSTS",
  "LITELLM_LOCAL_POLICY_TEMPLATES",
])
  contract.need(/^true$/i.test(env[name] ?? ""), `${name} is not true: it would ask the Internet`);
contract.need(env.LITELLM_MASTER_KEY?.startsWith("sk-"), "LITELLM_MASTER_KEY does not start with sk-");
contract.need(env.LITELLM_SALT_KEY, "LITELLM_SALT_KEY is not set: what is encrypted in the database could not be read");
contract.need(
  env.STORE_MODEL_IN_DB !== "True",
  "STORE_MODEL_IN_DB is True, and models from the database are not in the lab",
);
if (
  contract.need(
    /^postgresql:\/\/[^:]+:[^@]+@[^/]+\/.+$/.test(env.DATABASE_URL ?? ""),
    "DATABASE_URL is not set, or no address of a PostgreSQL",
  )
)
  contract.need(URL.canParse(env.DATABASE_URL), "DATABASE_URL cannot be read");
for (const [dir, why] of [
  ["/tmp", "temporary files"],
  [env.LITELLM_MIGRATION_DIR ?? "/tmp", "migrations are unpacked there"],
  [env.XDG_CACHE_HOME ?? "/tmp", "the engine of its database client"],
]) {
  try {
    mkdirSync(dir, { recursive: true });
  } catch {
    // The next line says it.
  }
  contract.writable(dir, why);
}
const { config, faults = [] } = options.config ? readConfig(options.config, env) : {};
for (const fault of [...faults, ...faultsOfTraces(config?.litellm_settings?.callbacks ?? [], env)])
  contract.need(false, fault);
contract.enforce();

const database = new Database(env.DATABASE_URL);
try {
  const applied = await migrate(database);
  process.stdout.write(
    `${image}: ${applied.length} migrations applied${applied.length > 0 ? `: ${applied.join(", ")}` : ""}\n`,
  );
} catch (error) {
  process.stderr.write(`Error: ${error.message}\n${image}: Database setup failed after multiple retries, exiting\n`);
  process.exit(1);
}

const { litellm_settings: litellm = {}, router_settings: router = {}, general_settings: general } = config;
const keys = new Keys(database, general.master_key);
/** Of answers; what limits count is there, too. */
const redis = litellm.cache ? new Redis(litellm.cache_params) : undefined;
const services = {
  router: new Router(config),
  keys,
  limits: new Limits(Number(env.LITELLM_RATE_LIMIT_WINDOW_SIZE ?? 60), redis),
  budgets: new Budgets(redis),
  usage: new Usage(database, general.proxy_batch_write_at ?? 10),
  metrics: new Metrics(),
  traces: new Traces(litellm, env),
  cache: redis && new AnswerCache(redis, litellm.cache_params),
  settings: { litellm, router, general },
};
const completions = new Completions(services);
const state = { open: 0, isEnding: false };
const KINDS = {
  "/chat/completions": { path: "/chat/completions", callType: "acompletion", canStream: true },
  "/completions": { path: "/completions", callType: "atext_completion", canStream: true },
  "/embeddings": { path: "/embeddings", callType: "aembedding", canStream: false },
};

function keyOf({ headers }) {
  const own = general.litellm_key_header_name && headers[general.litellm_key_header_name.toLowerCase()];
  const value = own || headers["x-litellm-api-key"] || headers.authorization;
  return value?.replace(/^Bearer /i, "") || undefined;
}

function needMaster(row, path) {
  if (!row.isMaster)
    throw new ProxyError(
      401,
      `Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams. Route=${path}. Your role=unknown`,
      { type: "auth_error" },
    );
}

async function jsonOf(request) {
  const text = (await readBody(request)).toString();
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch (error) {
    throw new ProxyError(400, `Invalid JSON payload: ${error.message}`, { type: "invalid_request_error" });
  }
}

/** What only the master key may ask, and what a key may of itself. */
const ADMIN = {
  "POST /key/generate": async ({ body }) => keys.generate(body, "default_user_id"),
  "POST /key/update": async ({ body }) => keys.update(body),
  "POST /key/delete": async ({ body }) => keys.delete(body),
  "POST /key/block": async ({ body }) => keys.update({ key: body.key, blocked: true }),
  "POST /key/unblock": async ({ body }) => keys.update({ key: body.key, blocked: false }),
  "GET /key/list": async ({ query }) =>
    keys.list({
      page: Number(query.get("page") ?? 1),
      size: Math.min(100, Number(query.get("size") ?? 10)),
      alias: query.get("key_alias"),
      user: query.get("user_id"),
      full: query.get("return_full_object") === "true",
    }),
  "GET /spend/logs": async ({ query }) =>
    database.rows(
      `SELECT * FROM "LiteLLM_SpendLogs" WHERE $1::text IS NULL OR api_key = $1 ORDER BY "startTime" DESC LIMIT 1000`,
      [query.get("api_key") && hashOf(query.get("api_key"))],
    ),
  "GET /spend/logs/v2": async ({ query }) => spendLogs(database, query),
  "GET /customer/daily/activity": async ({ query }) => customerActivity(database, query),
  "GET /health": async () => healthOfModels(),
  "GET /health/backlog": async () => ({ in_flight_requests: state.open }),
};

async function healthOfModels() {
  const asked = await Promise.all(
    services.router.deployments.map(async (deployment) => {
      const told = { model: deployment.params.model, api_base: deployment.params.api_base, model_id: deployment.id };
      const isEmbedding = deployment.info.mode === "embedding";
      const [path, body] = isEmbedding
        ? ["/embeddings", { input: ["hi"] }]
        : ["/chat/completions", { messages: [{ role: "user", content: "hi" }], max_tokens: 1 }];
      return askEngine(deployment, path, body, { seconds: 60 }).then(
        () => told,
        (error) => ({ ...told, error: error.message }),
      );
    }),
  );
  const [unhealthy, healthy] = [asked.filter(({ error }) => error), asked.filter(({ error }) => !error)];
  return {
    healthy_endpoints: healthy,
    unhealthy_endpoints: unhealthy,
    healthy_count: healthy.length,
    unhealthy_count: unhealthy.length,
  };
}

async function openHealth(path) {
  if (state.isEnding) return [503, { status: "shutting_down" }];
  if (path !== "/health/readiness") return [200, "I'm alive!"];
  const isThere = await Promise.race([database.rows("SELECT 1 AS one").then(() => true), sleep(2000)]).catch(
    () => false,
  );
  const body = {
    status: isThere ? "healthy" : "unhealthy",
    db: isThere ? "connected" : "disconnected",
    litellm_version: "1.108.17",
  };
  return [isThere || general.allow_requests_on_db_unavailable ? 200 : 503, body];
}

async function route(request, response) {
  const { pathname, searchParams: query } = new URL(request.url, "http://litellm");
  const path = pathname.replace(/^\/v1(?=\/)/, "").replace(/(?<=.)\/$/, "");
  if (["/health/liveliness", "/health/liveness", "/health/readiness"].includes(path)) {
    const [status, body] = await openHealth(path);
    return send(response, status, typeof body === "string" ? JSON.stringify(body) : body, {
      "content-type": "application/json",
    });
  }
  if (path === "/health/drain" && general.enable_drain_endpoint) {
    state.isEnding = true;
    return send(response, 200, { status: "draining", in_flight_requests: state.open });
  }
  if (path === "/metrics" && litellm.callbacks?.includes("prometheus")) {
    if (litellm.require_auth_for_metrics_endpoint !== false) needMaster(await keys.authenticate(keyOf(request)), path);
    return send(response, 200, services.metrics.text(state.open, services.router));
  }
  const kind = request.method === "POST" ? KINDS[path] : undefined;
  const admin = ADMIN[`${request.method} ${path}`];
  if (!kind && !admin && !["/models", "/key/info", "/user/daily/activity"].includes(path))
    return send(response, 404, { detail: "Not Found" });
  const row = await keys.authenticate(keyOf(request));
  if (kind) return completions.answer(row, kind, { body: await jsonOf(request), headers: request.headers }, response);
  if (path === "/models") {
    const names = services.router.names.filter((name) => mayUse(row, name, services.router.groupOf(name)));
    return send(response, 200, {
      data: names.map((id) => ({ id, object: "model", created: 1677610602, owned_by: "openai" })),
      object: "list",
    });
  }
  if (path === "/key/info") {
    const asked = query.get("key") ?? keyOf(request);
    if (hashOf(asked) !== row.token) needMaster(row, path);
    const { token, ...info } = await keys.info(asked);
    return send(response, 200, { key: asked, info });
  }
  if (path === "/user/daily/activity") {
    const [start, end] = [query.get("start_date"), query.get("end_date")];
    if (!start || !end) throw new ProxyError(400, "Please provide start_date and end_date");
    const token = row.isMaster ? query.get("api_key") && hashOf(query.get("api_key")) : row.token;
    return send(response, 200, await dailyActivity(database, { start, end, token }));
  }
  needMaster(row, path);
  return send(response, 200, await admin({ body: request.method === "POST" ? await jsonOf(request) : {}, query }));
}

function fail(response, error) {
  const told = error instanceof ProxyError ? error : new ProxyError(500, `Internal server error: ${error.message}`);
  if (!(error instanceof ProxyError)) process.stderr.write(`${image}: ${error.stack}\n`);
  if (response.headersSent) return response.destroy();
  send(response, told.status, told.body, told.headers);
}

const server = http.createServer((request, response) => {
  state.open++;
  response.on("close", () => {
    state.open--;
  });
  route(request, response).catch((error) => fail(response, error));
});
server.requestTimeout = 0;

/** Open answers may end, for so long; whoever asks for its health is told. Then all that was used is written. */
async function end(signal) {
  if (state.isEnding === signal) return;
  state.isEnding = signal;
  process.stdout.write(`${image}: ${signal}, ${state.open} requests are open\n`);
  const until = Date.now() + Number(env.GRACEFUL_SHUTDOWN_TIMEOUT ?? 30) * 1000;
  while (state.open > 0 && Date.now() < until) await sleep(50);
  server.close();
  await Promise.race([Promise.all([services.usage.end(), services.traces.end()]), sleep(5000)]);
  redis?.end();
  process.exit(0);
}
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void end(signal));

await forgetOld(database, general.maximum_spend_logs_retention_period);
setInterval(() => void keys.resetBudgets().catch(() => {}), 10_000).unref();
setInterval(
  () => void forgetOld(database, general.maximum_spend_logs_retention_period).catch(() => {}),
  3_600_000,
).unref();
await listen(image, server, options.port, options.host);
