/** What the gateway and vLLM send of requests, where stack.yaml says to whom. */
import { once } from "node:events";
import http from "node:http";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { sampleFiles } from "../../src/cli/render.ts";
// @ts-expect-error: plain JavaScript, which the stand-ins in the lab run as it is
import { spansOf } from "../lab/images/lib/otlp.mjs";
// @ts-expect-error: the same
import { OtlpSender } from "../lab/images/lib/otlp-sender.mjs";
// @ts-expect-error: the same
import { checkConfig } from "../lab/images/observability/jaeger/config.mjs";
import { resolve } from "./support.ts";

const rendered = (stack: string) => sampleFiles(resolve({ stack }), "5.4.2");

function callbacks(stack: string): readonly string[] {
  const text = rendered(stack).get("gateway/files/config/config.yaml") ?? "";
  return [...text.matchAll(/^ {2}((?:callbacks|turn_off_message_logging): .*)$/gm)].map(([, line]) => line ?? "");
}

const QUIET = "turn_off_message_logging: true";

describe("LiteLLM's configuration", () => {
  test.each<[string, string, readonly string[]]>([
    ["without the word", "services: { gateway: {} }", [QUIET]],
    ["to Opik", "traces: opik\nservices: { gateway: {} }", [QUIET, "callbacks: [opik]"]],
    [
      "to Opik, and numbers to Prometheus",
      "traces: opik\nservices: { gateway: {}, prometheus: {} }",
      [QUIET, "callbacks: [prometheus, opik]"],
    ],
    [
      "with what was asked and answered",
      "traces: opik\nservices: { gateway: { settings: { trace_prompts: true } } }",
      ["turn_off_message_logging: false", "callbacks: [opik]"],
    ],
    ["which is nobody's where nobody is told", "services: { gateway: { settings: { trace_prompts: true } } }", [QUIET]],
    ["but not of this one", "traces: opik\nservices: { gateway: { traces: none } }", [QUIET]],
  ])("%s", (_, stack, wanted) => {
    expect(callbacks(stack)).toEqual(wanted);
  });
});

test("to Opik: by its own requests from the gateway, by OpenTelemetry's over HTTP from vLLM, and the port is open to both alone", () => {
  const stack = "traces: opik\nservices: { gateway: {}, opik: { ports: { web: 5174 } } }";
  const files = rendered(stack);
  const lines = (path: string) =>
    (files.get(path) ?? "").split("\n").flatMap((line) => line.match(/(?:OPIK_|OTEL_|--otlp|pasta:).*/)?.[0] ?? []);
  expect(lines("gateway/gateway-litellm.container")).toEqual([
    "OPIK_URL_OVERRIDE=http://127.0.0.1:5174/api",
    "OPIK_WORKSPACE=default",
    "OPIK_PROJECT_NAME=gateway",
  ]);
  expect(lines("gateway/gateway.pod")).toEqual(["pasta:-T,5174,-T,8000"]);
  expect(lines("vllm-qwen/vllm-qwen.container")).toEqual([
    "--otlp-traces-endpoint http://127.0.0.1:5174/api/v1/private/otel/v1/traces",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf",
    "OTEL_SERVICE_NAME=vllm-qwen",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS=Comet-Workspace=default,projectName=vllm-qwen",
    "pasta:-T,5174",
  ]);
  const opik = resolve({ stack }).services.find(({ name }) => name === "opik");
  expect(opik?.ports.map(({ name, consumers }) => [name, consumers])).toEqual([
    ["web", ["vllm-qwen", "gateway"]],
    ["api", []],
    ["minio-console", []],
  ]);
});

test("a second LiteLLM, which takes over, sends them as well", () => {
  const gateway = resolve({ stack: "traces: opik\nservices: { gateway: {} }" }).services.find(
    ({ name }) => name === "gateway",
  );
  const litellm = gateway?.containers.find(({ name }) => name === "litellm");
  expect(litellm?.twin?.environment["OPIK_URL_OVERRIDE"]).toBe("http://127.0.0.1:5173/api");
});

test("what the lab's stand-ins send by OpenTelemetry's own exporter is what they read", async () => {
  const taken: { readonly headers: http.IncomingHttpHeaders; readonly spans: readonly object[] }[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    taken.push({ headers: request.headers, spans: spansOf(Buffer.concat(chunks)) as readonly object[] });
    response.end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { readonly port: number };
  const url = `http://127.0.0.1:${port}/v1/traces`;
  const sender = new OtlpSender({
    url,
    headers: "authorization=Bearer a=b,other=c",
    service: "gateway",
    scope: "test",
  });
  const [start, end] = ["2026-01-01T00:00:00.500Z", "2026-01-01T00:00:02.000Z"].map((one) => new Date(one));
  const attributes = { model: "qwen", tokens: -3, cost: 0.5, isStream: false, list: ["a", "b"], nothing: undefined };
  sender.add("litellm_request", { start, end, attributes, error: new Error("no") });
  await sender.end();
  server.close();
  expect(taken).toHaveLength(1);
  expect(taken[0]?.headers).toMatchObject({
    authorization: "Bearer a=b",
    other: "c",
    "content-type": "application/x-protobuf",
  });
  expect(taken[0]?.spans).toMatchObject([
    {
      resource: { "service.name": "gateway" },
      name: "litellm_request",
      parentId: null,
      start: "2026-01-01T00:00:00.500Z",
      end: "2026-01-01T00:00:02.000Z",
      isError: true,
      attributes: { model: "qwen", tokens: -3, cost: 0.5, isStream: false, list: ["a", "b"] },
    },
  ]);
});

test("to Phoenix: over HTTP, with a secret of Phoenix' that is in no unit file", () => {
  const stack = "traces: phoenix\nservices: { gateway: {}, phoenix: {} }";
  const files = rendered(stack);
  const lines = (path: string) => (files.get(path) ?? "").split("\n").filter((line) => /OTEL_|pasta:/.test(line));
  const secret = (name: string, variable: string) => `Secret=${name}-trace_headers,type=env,target=${variable}`;
  expect(lines("gateway/gateway-litellm.container")).toEqual([
    "Environment=OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
    "Environment=OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:6006/v1/traces",
    "Environment=OTEL_SERVICE_NAME=gateway",
    secret("gateway", "OTEL_EXPORTER_OTLP_HEADERS"),
  ]);
  expect(lines("vllm-qwen/vllm-qwen.container")).toContain(secret("vllm-qwen", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"));
  expect(callbacks(stack)).toEqual([QUIET, "callbacks: [otel]"]);
  const phoenix = resolve({ stack }).services.find(({ name }) => name === "phoenix");
  expect(phoenix?.ports.map(({ name, consumers }) => [name, consumers])).toEqual([["web", ["vllm-qwen", "gateway"]]]);
});

test("to Jaeger: over HTTP, with nothing to show, at ports that are there for whoever sends", () => {
  const stack = "traces: jaeger\nservices: { gateway: {}, jaeger: {}, searxng: {} }";
  const files = rendered(stack);
  expect(files.get("gateway/gateway-litellm.container")).toContain(
    "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318/v1/traces\n",
  );
  expect(files.get("gateway/gateway-litellm.container")).not.toContain("OTEL_EXPORTER_OTLP_HEADERS");
  const ports = (text: string) =>
    resolve({ stack: text })
      .services.find(({ name }) => name === "jaeger")
      ?.ports.map(({ name }) => name);
  expect(ports(stack)).toEqual(["web", "otlp-http"]);
  expect(ports("services: { jaeger: {} }")).toEqual(["web"]);
});

test("all that take traces may stand beside all the rest", () => {
  const stack = "traces: opik\nobservability: true\nservices: { gateway: {}, jaeger: {}, phoenix: {}, searxng: {} }";
  expect(resolve({ stack }).services.map(({ name }) => name as string)).toContain("jaeger");
});

test("Jaeger's configuration is what a strict reader takes, and it keeps traces as long as the setting says", () => {
  const faults: string[] = [];
  const need = (isRight: boolean, fault: string) => {
    if (!isRight) faults.push(fault);
    return isRight;
  };
  const text =
    rendered("services: { jaeger: { settings: { retention_hours: 24 } } }").get("jaeger/files/config/jaeger.yaml") ??
    "";
  const config = parse(text) as { readonly extensions: { readonly jaeger_storage: object } };
  checkConfig(config, need);
  expect(faults).toEqual([]);
  expect(JSON.stringify(config.extensions.jaeger_storage)).toContain('"ttl":{"spans":"24h"}');
  checkConfig({ ...config, extensions: { ...config.extensions, zpages: {} } }, need);
  expect(faults).toEqual(["extensions has invalid keys: zpages"]);
});
