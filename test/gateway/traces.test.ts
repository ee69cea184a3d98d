/** What the gateway and vLLM send of requests, where stack.yaml says to whom. */
import { describe, expect, test } from "vitest";
import { sampleFiles } from "../../src/cli/render.ts";
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
