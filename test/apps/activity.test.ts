/** Whether anybody uses a service: answers of engines in, for how long nobody has out. */
import { expect, test } from "vitest";
import { readSample, watchOn } from "../../src/apps/activity.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import type { Activity } from "../../src/model/sharing.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { useSmallKeys } from "../support/small-keys.ts";

useSmallKeys();

const IDLE = `
services:
  vllm-qwen: { gpu: { devices: [0] }, swap: { group: a, default: true }, idle: 30m }
  llama-cpp: { gpu: { devices: [1] }, swap: { group: b, default: true }, idle: 30m }
  ollama: { gpu: { devices: [2] }, swap: { group: c, default: true }, idle: 2h }
`;
const text = renderSite(siteSources(IDLE)).files.find((file) => file.path === INDEX_PATH)?.content ?? "";
const index = JSON.parse(text) as ServiceIndex;
const activityOf = (name: string) => index.services.find((one) => one.name === name)?.idle?.activity as Activity;

/** As vLLM's docs/design/metrics.md shows it; two API server processes label theirs apart. */
const vllm = (running: number, waiting: number, done: number) => `# HELP vllm:num_requests_running Number of requests
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="qwen"} ${running}.0
vllm:num_requests_waiting{engine="0",model_name="qwen"} ${waiting}
vllm:request_success_total{engine="0",finished_reason="stop",model_name="a } b"} ${done}.0
vllm:request_success_total{engine="0",finished_reason="length",model_name="qwen"} 2.0
vllm:prompt_tokens_total{engine="0",model_name="qwen"} 1.2e+03
http_requests_total{handler="/metrics"} 99
`;

test.each([
  ["works", vllm(1, 0, 5), true],
  ["has a queue", vllm(0, 3, 5), true],
  ["does nothing", vllm(0, 0, 5), false],
])("vLLM %s", (_, answer, busy) => {
  expect(readSample(activityOf("vllm-qwen"), answer)).toEqual({ busy, counts: "7 1200 0" });
});

test("another request is another count; what asks for metrics is none", () => {
  const counts = (done: number) => readSample(activityOf("vllm-qwen"), vllm(0, 0, done))?.counts;
  expect(counts(6)).not.toBe(counts(5));
  expect(readSample(activityOf("vllm-qwen"), vllm(0, 0, 5).replace("99", "100"))?.counts).toBe(counts(5));
});

test("llama.cpp", () => {
  const answer = (busy: number) =>
    `llamacpp:prompt_tokens_total 12\nllamacpp:tokens_predicted_total 30\nllamacpp:requests_processing ${busy}\nllamacpp:requests_deferred 0\n`;
  expect(readSample(activityOf("llama-cpp"), answer(1))).toEqual({ busy: true, counts: "12 30" });
  expect(readSample(activityOf("llama-cpp"), answer(0))).toEqual({ busy: false, counts: "12 30" });
});

test("Ollama is in use while a model is loaded", () => {
  const head = "NAME    ID    SIZE    PROCESSOR    UNTIL\n";
  const loaded = `${head}bge-m3:latest    790764642607    1.7 GB    100% GPU    4 minutes from now\n`;
  expect(readSample(activityOf("ollama"), loaded)?.busy).toBe(true);
  expect(readSample(activityOf("ollama"), head)?.busy).toBe(false);
});

test.each(["", "<html>", "other_total 1\n", "vllm:num_requests_running NaN\n"])(
  "an answer without any of it (%j): nobody knows",
  (answer) => {
    expect(readSample(activityOf("vllm-qwen"), answer)).toBeUndefined();
  },
);

const quiet = { busy: false, counts: "5" };
const watch = { started: "Mon", counts: "5", used: 100 };

test.each([
  ["nobody asked since", watch, quiet, 100],
  ["it was never looked at", undefined, quiet, 700],
  ["another request came", watch, { busy: false, counts: "6" }, 700],
  ["it works", watch, { busy: true, counts: "5" }, 700],
  ["nobody knows", watch, undefined, 700],
  ["it was started again", { ...watch, started: "Sun" }, quiet, 700],
  ["the clock was set back", { ...watch, used: 9_000 }, quiet, 700],
])("last used, where %s", (_, before, sample, used) => {
  expect(watchOn(before, sample, 700, "Mon").used).toBe(used);
});
