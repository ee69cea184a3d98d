// Jaeger's stand-in: a strict configuration, spans over HTTP in protobuf, and the question that tests ask.
import { mkdirSync, readFileSync } from "node:fs";
import http from "node:http";
import { parse } from "yaml";
import { Contract, endOnSignal, listen } from "../../lib/contract.mjs";
import { send } from "../../lib/http.mjs";
import { SpanStore } from "../../lib/span-store.mjs";
import { checkConfig } from "./config.mjs";

const image = "jaeger";
const contract = new Contract(image);
const words = process.argv.slice(2);
contract.need(words.length === 2 && words[0] === "--config", `usage: jaeger --config FILE, not: ${words.join(" ")}`);
contract.uid([10001], "the image's own user");
const config = words[1] === undefined ? {} : (parse(readFileSync(words[1], "utf8")) ?? {});
checkConfig(config, contract.need.bind(contract));
contract.enforce();

const [{ badger }] = Object.values(config.extensions.jaeger_storage.backends);
for (const directory of Object.values(badger.directories)) {
  try {
    mkdirSync(directory, { recursive: true });
  } catch {
    // The next line says it.
  }
  contract.writable(directory, "its store");
}
contract.writable("/tmp", "temporary files");
contract.enforce();

const file = `${badger.directories.values}/spans`;
const store = new SpanStore(file);
const { spans } = store;

async function take(incoming, response) {
  const { "content-type": type } = incoming.headers;
  if (type !== "application/x-protobuf") return send(response, 415, `unsupported media type: ${type}`);
  return store.take(incoming, response);
}

/** As /api/traces of the real one writes a trace. */
function traces(service) {
  const found = spans.filter(({ resource }) => resource["service.name"] === service);
  return [...new Set(found.map(({ traceId }) => traceId))].map((traceID) => ({
    traceID,
    spans: found
      .filter(({ traceId }) => traceId === traceID)
      .map(({ spanId, name, start, attributes }) => ({
        traceID,
        spanID: spanId,
        operationName: name,
        startTime: Date.parse(start) * 1000,
        tags: Object.entries(attributes).map(([key, value]) => ({ key, type: typeof value, value })),
        processID: "p1",
      })),
    processes: { p1: { serviceName: service, tags: [] } },
  }));
}

function page(incoming, response) {
  const { pathname, searchParams } = new URL(incoming.url, "http://jaeger");
  if (pathname === "/api/traces")
    return send(response, 200, { data: traces(searchParams.get("service") ?? ""), errors: null });
  if (pathname === "/api/services")
    return send(response, 200, { data: [...new Set(spans.map(({ resource }) => resource["service.name"]))] });
  return pathname.startsWith("/api/")
    ? send(response, 404, "404 page not found\n")
    : send(response, 200, "Jaeger UI\n");
}

const metrics = () =>
  `# TYPE otelcol_receiver_accepted_spans_total counter\notelcol_receiver_accepted_spans_total{receiver="otlp"} ${spans.length}\n`;

const serve = (answer) =>
  http.createServer((incoming, response) =>
    Promise.resolve(answer(incoming, response)).catch((error) => send(response, 400, `${error.message}\n`)),
  );
const at = async (endpoint, answer) => {
  const [, host, port] = /^(.+):(\d+)$/.exec(endpoint);
  await listen(image, serve(answer), port, host);
};
const notFound = (_, response) => send(response, 404, "404 page not found\n");
const { grpc, http: overHttp } = config.receivers.otlp.protocols;
const { http: health } = config.extensions.healthcheckv2;
const reader = config.service.telemetry.metrics.readers[0].pull.exporter.prometheus;

endOnSignal(image);
await at(grpc.endpoint, notFound);
await at(config.extensions.jaeger_query.grpc.endpoint, notFound);
await at(overHttp.endpoint, (incoming, response) =>
  incoming.url === "/v1/traces" && incoming.method === "POST" ? take(incoming, response) : notFound(incoming, response),
);
await at(config.extensions.jaeger_query.http.endpoint, page);
await at(`${reader.host}:${reader.port}`, (_, response) => send(response, 200, metrics()));
await at(health.endpoint, (incoming, response) =>
  incoming.url === health.status.path ? send(response, 200, { status: "StatusOK" }) : notFound(incoming, response),
);
