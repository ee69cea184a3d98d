// Phoenix' stand-in: login and key as the real one wants them, spans over HTTP in protobuf, and the question that tests ask.
import http from "node:http";
import { Contract, endOnSignal, listen } from "../../lib/contract.mjs";
import { readBody, request, send } from "../../lib/http.mjs";
import { SpanStore } from "../../lib/span-store.mjs";

const image = "phoenix";
const { env } = process;
const words = process.argv.slice(2);
// In the real image, too, python is all there is for a health check.
if (words[0] === "-c" && words.length === 3) {
  const answer = await request(words[2]).catch((error) => ({ status: 0, body: error.message }));
  if (answer.status === 200) process.exit(0);
  process.stderr.write(`urllib.error.URLError: ${answer.status} ${answer.body}\n`);
  process.exit(1);
}

const KNOWN = (
  "HOST PORT GRPC_PORT HOST_ROOT_PATH WORKING_DIR ROOT_URL SQL_DATABASE_URL ENABLE_PROMETHEUS DEFAULT_RETENTION_POLICY_DAYS " +
  "ENABLE_AUTH SECRET ADMIN_SECRET DEFAULT_ADMIN_INITIAL_PASSWORD USE_SECURE_COOKIES CSRF_TRUSTED_ORIGINS TELEMETRY_ENABLED " +
  "ALLOW_EXTERNAL_RESOURCES DISABLE_AGENT_ASSISTANT MAX_SPANS_QUEUE_SIZE"
).split(" ");
const contract = new Contract(image);
contract.need(
  words.join(" ") === "-m phoenix.server.main serve",
  `no arguments but those of the image: ${words.join(" ")}`,
);
contract.uid([65532], "the image's own user");
for (const name of Object.keys(env).filter((key) => key.startsWith("PHOENIX_") && !KNOWN.includes(key.slice(8))))
  contract.need(false, `${name} is not known here`);
const isOn = (name) => /^(true|1|yes)$/i.test(env[name] ?? "");
contract.need(isOn("PHOENIX_ENABLE_AUTH"), "PHOENIX_ENABLE_AUTH is not true: everybody could read what was asked");
contract.need(isOn("PHOENIX_USE_SECURE_COOKIES"), "PHOENIX_USE_SECURE_COOKIES is not true");
for (const name of ["PHOENIX_SECRET", "PHOENIX_ADMIN_SECRET"]) {
  const value = env[name] ?? "";
  const isGood = value.length >= 32 && /\d/.test(value) && /[a-z]/.test(value);
  contract.need(isGood, `${name} must be 32 characters or more, with a digit and a lower-case letter`);
}
contract.need(env.PHOENIX_SECRET !== env.PHOENIX_ADMIN_SECRET, "PHOENIX_ADMIN_SECRET must differ from PHOENIX_SECRET");
const password = env.PHOENIX_DEFAULT_ADMIN_INITIAL_PASSWORD ?? "admin";
contract.need(password !== "admin", "PHOENIX_DEFAULT_ADMIN_INITIAL_PASSWORD is everybody's");
contract.need(/^https:\/\//.test(env.PHOENIX_ROOT_URL ?? ""), "PHOENIX_ROOT_URL is not the address that people use");
contract.need(
  /^[1-9]\d*$/.test(env.PHOENIX_DEFAULT_RETENTION_POLICY_DAYS ?? ""),
  "PHOENIX_DEFAULT_RETENTION_POLICY_DAYS is not a number of days: traces would stay for ever",
);
for (const name of ["PHOENIX_TELEMETRY_ENABLED", "PHOENIX_ALLOW_EXTERNAL_RESOURCES"])
  contract.need(/^false$/i.test(env[name] ?? ""), `${name} is not false: it would speak to its makers`);
contract.need(isOn("PHOENIX_DISABLE_AGENT_ASSISTANT"), "PHOENIX_DISABLE_AGENT_ASSISTANT is not true");
if (contract.need(env.PHOENIX_WORKING_DIR, "PHOENIX_WORKING_DIR is not set: traces would be gone with the container"))
  contract.writable(env.PHOENIX_WORKING_DIR, "its database");
contract.writable("/tmp", "temporary files");
contract.enforce();

const file = `${env.PHOENIX_WORKING_DIR}/phoenix.db`;
const store = new SpanStore(file);
const { spans } = store;

const projectOf = ({ resource }) => resource["openinference.project.name"] ?? "default";
const hasKey = ({ headers }) => headers.authorization === `Bearer ${env.PHOENIX_ADMIN_SECRET}`;

async function take(incoming, response) {
  const { "content-type": type, "content-encoding": encoding } = incoming.headers;
  if (type !== "application/x-protobuf") return send(response, 415, `Unsupported content type: ${type}`);
  if (encoding !== undefined && encoding !== "gzip")
    return send(response, 415, `Unsupported content encoding: ${encoding}`);
  return store.take(incoming, response);
}

/** As the real one writes a span in its answers. */
const shown = ({ name, traceId, spanId, parentId, start, end, isError, attributes, resource }) => ({
  name,
  context: { trace_id: traceId, span_id: spanId },
  parent_id: parentId,
  start_time: start,
  end_time: end,
  status_code: isError ? "ERROR" : "UNSET",
  attributes: { ...attributes, "service.name": resource["service.name"] },
});

async function route(incoming, response) {
  const { pathname, searchParams } = new URL(incoming.url, "http://phoenix");
  if (["/healthz", "/readyz"].includes(pathname)) return send(response, 200, "OK");
  if (pathname === "/auth/login" && incoming.method === "POST") {
    const told = JSON.parse((await readBody(incoming)).toString());
    const isHe = told.email === "admin@localhost" && told.password === password;
    return isHe ? send(response, 204, "") : send(response, 401, "Invalid email and/or password");
  }
  if (!pathname.startsWith("/v1/")) return send(response, 200, "Phoenix\n");
  if (!hasKey(incoming)) return send(response, 401, "Invalid token");
  if (pathname === "/v1/traces" && incoming.method === "POST") return take(incoming, response);
  const [, project] = /^\/v1\/projects\/([^/]+)\/spans$/.exec(pathname) ?? [];
  if (project === undefined) return send(response, 404, "Not Found");
  const found = spans.filter((span) => projectOf(span) === decodeURIComponent(project));
  const limit = Number(searchParams.get("limit") ?? 100);
  return send(response, 200, { data: found.slice(-limit).reverse().map(shown), next_cursor: null });
}

const metrics = () =>
  `# TYPE phoenix_lab_spans_total counter\nphoenix_lab_spans_total ${spans.length}\n# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ${process.memoryUsage.rss()}\n`;

endOnSignal(image);
const server = http.createServer((incoming, response) =>
  route(incoming, response).catch((error) => send(response, 422, `${error.message}\n`)),
);
await listen(image, http.createServer(), env.PHOENIX_GRPC_PORT ?? 4317);
if (isOn("PHOENIX_ENABLE_PROMETHEUS"))
  await listen(
    image,
    http.createServer((_, response) => send(response, 200, metrics())),
    9090,
  );
await listen(image, server, env.PHOENIX_PORT ?? 6006, env.PHOENIX_HOST ?? "0.0.0.0");
