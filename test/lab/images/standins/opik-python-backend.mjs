// Opik python backend stand-in: only the unprivileged `process` strategy, a real Redis PING, the three health paths.
import http from "node:http";
import { Contract, endOnSignal, listen, retry } from "../lib/contract.mjs";
import { send } from "../lib/http.mjs";
import { redisPing } from "../lib/redis.mjs";

const image = "opik-python-backend";
const { env } = process;
const contract = new Contract(image);
const worker = env.RQ_WORKER_ENABLED === "true";

contract.uid([0], "the image has no user of its own");
contract.need(
  env.PYTHON_CODE_EXECUTOR_STRATEGY === "process",
  `PYTHON_CODE_EXECUTOR_STRATEGY is ${env.PYTHON_CODE_EXECUTOR_STRATEGY}: that starts dockerd, which needs a privileged container; set it to process`,
);
contract.writable("/tmp", "the executor writes its scripts there (a tmpfs when the root is read-only)");
contract.need(URL.canParse(env.OPIK_URL_OVERRIDE ?? ""), "OPIK_URL_OVERRIDE is missing or no URL");
if (worker)
  contract.need(
    URL.canParse(env.REDIS_URL ?? "") && env.REDIS_URL.startsWith("redis"),
    "REDIS_URL is missing or no redis:// URL, but RQ_WORKER_ENABLED=true",
  );
contract.enforce();

if (worker) {
  try {
    await retry(20, () => redisPing(env.REDIS_URL));
  } catch (error) {
    contract.refuse(`the job queue is not usable: ${error.message}`);
  }
}

async function readiness(response) {
  try {
    if (worker) await redisPing(env.REDIS_URL);
    send(response, 200, { status: "ready", redis: worker });
  } catch (error) {
    send(response, 503, { status: "not ready", error: error.message });
  }
}

const server = http.createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://python");
  if (pathname === "/healthcheck") return send(response, 200, "OK");
  if (pathname === "/health/liveness") return send(response, 200, { status: "alive" });
  if (pathname === "/health/readiness") return readiness(response);
  return send(response, 404, { error: "Not Found" });
});
await listen(image, server, env.PYTHON_BACKEND_PORT ?? 8000);
endOnSignal(image);
