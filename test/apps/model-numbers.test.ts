/** What models do, from their metrics: texts as vLLM, llama.cpp and LiteLLM write them. */
import { describe, expect, test } from "vitest";
import { modelReader, numbersBetween, parseReading } from "../../src/apps/model-numbers.ts";
import type { IndexedService } from "../../src/model/index-file.ts";
import { memorySystem } from "../support/memory-system.ts";

const VLLM = (tokens: number, seconds: number, count: number) => `# HELP vllm:num_requests_running Number of requests
vllm:num_requests_running{engine="0",model_name="Qwen/Qwen3-8B"} 3.0
vllm:num_requests_waiting{engine="0",model_name="Qwen/Qwen3-8B"} 1.0
vllm:num_requests_waiting{engine="1",model_name="Qwen/Qwen3-8B"} 1.0
vllm:generation_tokens_total{engine="0",model_name="a b} c"} ${tokens}
vllm:time_to_first_token_seconds_bucket{le="+Inf"} ${count}
vllm:time_to_first_token_seconds_sum{engine="0"} ${seconds}
vllm:time_to_first_token_seconds_count{engine="0"} ${count}
`;

const at = (milliseconds: number, text: string) => parseReading(text, milliseconds) ?? expect.fail();

test("vLLM: what is so is added up, what is counted needs two readings", () => {
  const [before, after] = [at(0, VLLM(1000, 10, 20)), at(10_000, VLLM(1420, 11, 24))];
  expect(numbersBetween("a", undefined, before)).toEqual({ name: "a", running: 3, waiting: 2 });
  expect(numbersBetween("a", before, after)).toEqual({
    name: "a",
    running: 3,
    waiting: 2,
    tokensPerSecond: 42,
    firstToken: 0.25,
  });
});

test("no answer began meanwhile: there is no time to say", () => {
  const [before, after] = [at(0, VLLM(1000, 10, 20)), at(10_000, VLLM(1000, 10, 20))];
  expect(numbersBetween("a", before, after)).toMatchObject({ tokensPerSecond: 0, firstToken: undefined });
});

test("llama.cpp says nothing of first tokens", () => {
  const text = (tokens: number) =>
    `llamacpp:tokens_predicted_total ${tokens}\nllamacpp:requests_processing 1\nllamacpp:requests_deferred 0`;
  expect(numbersBetween("a", at(0, text(5)), at(1_000, text(25)))).toEqual({
    name: "a",
    running: 1,
    waiting: 0,
    tokensPerSecond: 20,
    firstToken: undefined,
  });
});

test("LiteLLM counts with labels, and from the first request on", () => {
  const none = "litellm_in_flight_requests 0";
  const some = `litellm_in_flight_requests 1
litellm_output_tokens_metric_total{model="a"} 10
litellm_output_tokens_metric_total{model="b"} 20
litellm_llm_api_time_to_first_token_metric_sum{model="a"} 0.5
litellm_llm_api_time_to_first_token_metric_count{model="a"} 2`;
  expect(numbersBetween("a", at(0, none), at(10_000, some))).toMatchObject({ tokensPerSecond: 3, firstToken: 0.25 });
});

test("what is no metric of models is nothing", () => {
  expect(parseReading("<html>", 0)).toBeUndefined();
  expect(parseReading("vllm:num_requests_running NaN", 0)).toBeUndefined();
});

describe("asked at its own port", () => {
  const metrics = { port: 8000, path: "/metrics" };
  const service = { name: "qwen", uid: 990, metrics } as unknown as IndexedService;

  test.each([
    [undefined, "nobody answers at 127.0.0.1:8000"],
    [{ status: 404, body: "" }, "it answers 404 to /metrics"],
    [{ status: 200, body: "<html>" }, "nothing about models is in its answer to /metrics"],
  ])("%o", async (answer, trouble) => {
    const system = memorySystem();
    system.http.answer = () => answer;
    expect(await modelReader(system, () => 0)([service])).toEqual([{ name: "qwen", trouble }]);
  });

  test("its key is for nobody else who listens there", async () => {
    const system = memorySystem();
    system.http.answer = () => expect.fail("nobody may be asked");
    const keyed = { ...service, metrics: { ...metrics, secret: "qwen-api-key" } };
    expect(await modelReader(system, () => 0)([keyed])).toEqual([
      { name: "qwen", trouble: "nobody answers at 127.0.0.1:8000" },
    ]);
  });

  test("a start in between begins the count anew", async () => {
    const system = memorySystem();
    let [now, tokens] = [0, 1000];
    system.http.answer = () => ({ status: 200, body: VLLM(tokens, 1, 1) });
    const read = modelReader(system, () => now);
    await read([service]);
    [now, tokens] = [5_000, 10];
    expect((await read([service]))[0]?.tokensPerSecond).toBeUndefined();
    [now, tokens] = [10_000, 60];
    expect((await read([service]))[0]?.tokensPerSecond).toBe(10);
    // Of the last half minute.
    [now, tokens] = [30_000, 60];
    expect((await read([service]))[0]?.tokensPerSecond).toBe(2);
  });
});
