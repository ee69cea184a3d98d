// Loki stand-in: a strict configuration, lines in memory, and the questions that the dashboards ask.
import { readFileSync } from "node:fs";
import http from "node:http";
import { Contract, endOnSignal, listen } from "../../lib/contract.mjs";
import { readBody, request, send } from "../../lib/http.mjs";
import { readConfig } from "./config.mjs";

const contract = new Contract("loki");
const words = process.argv.slice(2);
if (words.length === 1 && words[0] === "-health") {
  const answer = await request("http://127.0.0.1:3100/ready").catch((error) => ({ status: 0, body: error.message }));
  process.stdout.write(`${answer.body}\n`);
  process.exit(answer.status === 200 ? 0 : 1);
}

const [, file] = /^-config\.file=(.+)$/.exec(words[0] ?? "") ?? [];
contract.need(words.length === 1 && file !== undefined, `usage: loki -config.file=FILE, not: ${words.join(" ")}`);
contract.uid([10001], "the image's own user");
const config = file === undefined ? {} : readConfig(readFileSync(file, "utf8"), contract.need.bind(contract));
contract.need(config.auth_enabled === false, "auth_enabled: every request would have to name a tenant");
contract.writable(config.common?.path_prefix ?? "/loki", "chunks and index");
contract.writable("/tmp", "temporary files");
contract.enforce();

const MOST_LINES = 20_000;
/** [{labels, time (ns, as text), line}], the oldest first. */
let lines = [];
let received = 0;

function push(body) {
  for (const { stream, values } of JSON.parse(body).streams) {
    if (Object.keys(stream).length === 0) throw new Error("at least one label pair is required per stream");
    for (const [time, line] of values) {
      if (!/^\d{19}$/.test(time)) throw new Error(`${time} is no time in nanoseconds`);
      lines.push({ labels: stream, time, line });
      received++;
    }
  }
  lines = lines.slice(-MOST_LINES);
}

const SELECTOR = /^\{([^{}]*)\}$/;
const RATE = /^sum by \((\w+)\) \(rate\((\{[^{}]*\})\[(\d+)m\]\)\)$/;

/** Of {name="value", ...}; throws for anything else. */
function matcher(text) {
  const [, inside] = SELECTOR.exec(text) ?? [];
  const pairs = (inside ?? "").split(",").map((pair) => /^\s*(\w+)="([^"]*)"\s*$/.exec(pair));
  if (inside === undefined || pairs.some((pair) => pair === null))
    throw new Error(`parse error: this stand-in does not know ${text}`);
  return ({ labels }) => pairs.every(([, name, value]) => labels[name] === value);
}

function query(text, limit) {
  const rate = RATE.exec(text);
  if (rate === null) return { resultType: "streams", result: streams(lines.filter(matcher(text)).slice(-limit)) };
  const [, label, selector, minutes] = rate;
  const since = BigInt(Date.now() - Number(minutes) * 60_000) * 1_000_000n;
  const counts = new Map();
  for (const { labels, time } of lines.filter(matcher(selector)))
    if (BigInt(time) >= since) counts.set(labels[label] ?? "", (counts.get(labels[label] ?? "") ?? 0) + 1);
  const at = Date.now() / 1000;
  const seconds = Number(minutes) * 60;
  return {
    resultType: "matrix",
    result: [...counts].map(([value, n]) => ({ metric: { [label]: value }, values: [[at, String(n / seconds)]] })),
  };
}

function streams(found) {
  const groups = new Map();
  for (const { labels, time, line } of found) {
    const key = JSON.stringify(labels);
    groups.set(key, [...(groups.get(key) ?? []), [time, line]]);
  }
  return [...groups].map(([key, values]) => ({ stream: JSON.parse(key), values }));
}

/** By tenant: of nobody who has sent a line there is no counter. */
const metrics = () =>
  [
    "# TYPE loki_build_info gauge",
    'loki_build_info{version="stand-in"} 1',
    ...(received === 0
      ? []
      : [
          "# TYPE loki_distributor_lines_received_total counter",
          `loki_distributor_lines_received_total{tenant="fake"} ${received}`,
        ]),
    "",
  ].join("\n");

async function route(incoming, response) {
  const { pathname, searchParams } = new URL(incoming.url, "http://loki");
  if (pathname === "/ready") return send(response, 200, "ready\n");
  if (pathname === "/metrics") return send(response, 200, metrics());
  if (pathname === "/loki/api/v1/push" && incoming.method === "POST") {
    push((await readBody(incoming)).toString());
    response.writeHead(204);
    return response.end();
  }
  if (pathname === "/loki/api/v1/query_range") {
    const data = query(searchParams.get("query") ?? "", Number(searchParams.get("limit") ?? 100));
    return send(response, 200, { status: "success", data });
  }
  return send(response, 404, "404 page not found\n");
}

endOnSignal("loki");
const server = http.createServer((incoming, response) =>
  route(incoming, response).catch((error) => send(response, 400, `${error.message}\n`)),
);
await listen("loki", http.createServer(), config.server.grpc_listen_port, "::");
await listen("loki", server, config.server.http_listen_port, "::");
