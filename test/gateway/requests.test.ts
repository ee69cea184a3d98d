/** LiteLLM's log of requests: questions and rows as values. */
import { describe, expect, test } from "vitest";
import { type LoggedRequest, parseRequests, requestsQuestion } from "../../src/gateway/litellm-requests.ts";

test.each([
  [
    { from: Date.UTC(2026, 10, 27, 12, 0, 0, 900), to: Date.UTC(2026, 10, 27, 13, 0, 0, 1), order: "oldest" } as const,
    "start_date=2026-11-27%2012:00:00&end_date=2026-11-27%2013:00:01&page=2&page_size=100&sort_by=startTime&sort_order=asc",
  ],
  [
    { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 1), order: "last to end", token: "ab&c" } as const,
    "start_date=2026-01-01%2000:00:00&end_date=2026-01-01%2000:00:00&page=2&page_size=100&sort_by=endTime&sort_order=desc&api_key=ab%26c",
  ],
])("a question for %j", (wanted, query) => {
  const question = requestsQuestion({ ...wanted, page: 2, size: 100 });
  expect(question).toEqual({ method: "GET", path: `/spend/logs/v2?${query}` });
});

const ROW = {
  request_id: "chatcmpl-1",
  api_key: "token",
  model_group: "qwen",
  model: "qwen3",
  custom_llm_provider: "hosted_vllm",
  api_base: "http://127.0.0.1:8000/v1",
  status: "success",
  startTime: "2026-11-27T12:00:00.000+00:00",
  completionStartTime: "2026-11-27T12:00:00.250+00:00",
  endTime: "2026-11-27T12:00:02.500+00:00",
  prompt_tokens: 10,
  completion_tokens: 20,
  spend: 0.00003,
  cache_hit: "False",
  metadata: { user_api_key_alias: "anna" },
};
const began = Date.UTC(2026, 10, 27, 12);
const GOOD: LoggedRequest = {
  id: "chatcmpl-1",
  began,
  ended: began + 2500,
  firstToken: 250,
  token: "token",
  key: "anna",
  model: "qwen",
  answeredBy: "hosted_vllm/qwen3 at 127.0.0.1:8000",
  failure: undefined,
  input: 10,
  output: 20,
  dollars: 0.00003,
};

const failed = (error_information: unknown) => ({
  ...ROW,
  status: "failure",
  model_group: "",
  custom_llm_provider: "",
  metadata: JSON.stringify({ error_information }),
});

describe("a row", () => {
  test.each<[string, object, Partial<LoggedRequest>]>([
    ["as it is", ROW, GOOD],
    ["without a zone it is UTC", { ...ROW, startTime: "2026-11-27T12:00:00" }, GOOD],
    ["no stream has a first token", { ...ROW, completionStartTime: ROW.endTime }, { firstToken: undefined }],
    ["nor what says nothing of it", { ...ROW, completionStartTime: null }, { firstToken: undefined }],
    ["a provider is not named twice", { ...ROW, model: "hosted_vllm/qwen3" }, GOOD],
    [
      "what somebody wrote into an address stays there",
      { ...ROW, api_base: "https://me:secret@example.com/v1" },
      { answeredBy: "hosted_vllm/qwen3 at example.com" },
    ],
    ["no address", { ...ROW, api_base: "" }, { answeredBy: "hosted_vllm/qwen3" }],
    ["from the cache", { ...ROW, cache_hit: "True" }, { answeredBy: "the cache" }],
    [
      "a failure has its status; the model is what was asked for, and nobody answered",
      failed({ error_code: "429", error_message: "the words of somebody" }),
      { failure: "429", model: "qwen3", answeredBy: undefined, key: undefined },
    ],
    ["a failure without a status", failed(undefined), { failure: "failed" }],
    ["numbers that are none", { ...ROW, spend: null, prompt_tokens: "10" }, { dollars: 0, input: 0 }],
  ])("%s", (_, row, expected) => {
    const rows = parseRequests(JSON.stringify({ data: [row] }));
    expect(rows?.[0]).toMatchObject(expected);
    expect(JSON.stringify(rows)).not.toMatch(/words of somebody|secret/);
  });

  test.each([
    ["[]"],
    ["<html>"],
    ['{"data":{}}'],
    ['{"data":[1]}'],
    [JSON.stringify({ data: [{ ...ROW, startTime: "yesterday" }] })],
    [JSON.stringify({ data: [{ ...ROW, request_id: "" }] })],
  ])("%s is no page of them", (text) => {
    expect(parseRequests(text)).toBeUndefined();
  });
});
