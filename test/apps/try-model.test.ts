/** One question through the gateway: the way to it, answers in, what is said of them out. */
import { expect, test } from "vitest";
import { lookAtTurns } from "../../src/apps/look-at-turns.ts";
import { tryModel } from "../../src/apps/try-model.ts";
import { answerJson, answerRows, hintOf, type SeenWay, wayJson, wayRows } from "../../src/cli/route-text.ts";
import type { Turn } from "../../src/gateway/explain.ts";
import type { HttpQuestion } from "../../src/model/http.ts";
import { Secret } from "../../src/model/secret.ts";
import type { HttpStreams, StreamedAnswer } from "../../src/system/interfaces.ts";
import { memorySystem } from "../support/memory-system.ts";

const GATEWAY = { http: memorySystem().http, port: 4000, master: new Secret("sk-1") };
const ASKED = { model: "qwen", prompt: "hi", hint: "sudo svc logs gateway" };
const HEADERS = {
  "x-litellm-model-group": "small",
  "x-litellm-model-api-base": "http://127.0.0.1:8080/v1",
  "x-litellm-attempted-retries": "2",
  "x-litellm-attempted-fallbacks": "1",
};

function streamsThat(end: StreamedAnswer | undefined, events: readonly string[] = []) {
  const asked: HttpQuestion[] = [];
  const streams: HttpStreams = {
    stream: async (question, onEvent) => {
      asked.push(question);
      for (const [index, event] of events.entries()) onEvent(event, 10 * index + 5);
      return end;
    },
    close: () => undefined,
  };
  return { streams, asked };
}

const good = (headers: Readonly<Record<string, string>> = HEADERS) => ({
  status: 200,
  body: "",
  milliseconds: 1500,
  headers,
});
const piece = (content: string | null) => JSON.stringify({ model: "tiny", choices: [{ delta: { content } }] });

test("who answered, with what, and in what time", async () => {
  const events = [
    piece(""),
    piece("Hel"),
    piece("lo."),
    '{"usage":{"prompt_tokens":4,"completion_tokens":2}}',
    "[DONE]",
  ];
  const { streams, asked } = streamsThat(good(), events);
  const answer = await tryModel(GATEWAY, streams, ASKED);
  expect(answer).toEqual({
    model: "tiny",
    answerer: { name: "small", address: "http://127.0.0.1:8080/v1", retries: 2, fallbacks: 1, dollars: undefined },
    text: "Hello.",
    input: 4,
    output: 2,
    firstToken: 15,
    milliseconds: 1500,
  });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.path).toBe("/v1/chat/completions");
  const body = JSON.parse(asked[0]?.body?.reveal() ?? "");
  expect(body).toMatchObject({ model: "qwen", messages: [{ role: "user", content: "hi" }], stream: true });
  // The chain is what is tried.
  expect(body).not.toHaveProperty("disable_fallbacks");
  // A model may have to be loaded first.
  expect(asked[0]?.timeoutMs).toBeGreaterThan(60_000);
  expect(answerRows(answer)).toEqual([
    ["answered by", "small at http://127.0.0.1:8080/v1, retries 2, fallbacks 1"],
    ["first token", "15.0 ms"],
    ["took", "1500 ms"],
    ["tokens", "4 in, 2 out"],
  ]);
  expect(answerJson(answer)).toMatchObject({ model: "tiny", text: "Hello.", input: 4, milliseconds: 1500 });
});

test("what the answer does not say is not made up", async () => {
  const { streams } = streamsThat(good({}), ['{"choices":[{"delta":{"content":null}}]}']);
  const answer = await tryModel(GATEWAY, streams, ASKED);
  expect(answer).toMatchObject({ model: undefined, text: "", input: undefined, output: undefined });
  expect(answerJson(answer)).toMatchObject({ firstTokenMilliseconds: null, answeredBy: { name: null, retries: null } });
});

const refused = (status: number, body: unknown) => ({ status, body: JSON.stringify(body), milliseconds: 3 });

test.each<[string, StreamedAnswer | undefined, readonly string[], string]>([
  ["nobody", undefined, [], "nobody answers at 127.0.0.1:4000"],
  ["a refusal", refused(404, { error: { message: "no such model" } }), [], "the gateway answers 404: no such model"],
  ["a key in it", refused(401, { error: { message: "bad sk-abcdefgh" } }), [], "answers 401: bad sk-..."],
  ["a page", good(), ["<html>"], "the answer of qwen is no answer to a chat"],
  ["no choice", good(), ['{"choices":[]}'], "the answer of qwen is no answer to a chat"],
  ["a break", good(), [piece("a"), '{"error":{"message":"gone"}}'], "the answer of qwen broke off: gone"],
])("%s", async (_, end, events, words) => {
  const { streams } = streamsThat(end, events);
  await expect(tryModel(GATEWAY, streams, ASKED)).rejects.toThrow(words);
  await expect(tryModel(GATEWAY, streams, ASKED)).rejects.toMatchObject({ hint: "sudo svc logs gateway" });
});

const TURN: Turn = {
  provider: "near",
  service: "vllm-qwen",
  model: "qwen",
  baseUrl: "http://127.0.0.1:8000/v1",
  share: 75,
  isActive: true,
};
const TURNS: readonly Turn[] = [
  TURN,
  { ...TURN, provider: "out", service: undefined, baseUrl: "http://127.0.0.1:8100/v1" },
  { ...TURN, provider: "cloud", service: undefined, baseUrl: undefined },
  { ...TURN, provider: "off", isActive: false, share: 0 },
];

/** `there`: ports at which somebody answers, whatever it is. */
async function way(there: readonly number[], metrics?: string): Promise<SeenWay> {
  const { http } = memorySystem();
  const asked: HttpQuestion[] = [];
  http.answer = (question) => {
    asked.push(question);
    if (question.port === 4000)
      return metrics === undefined ? { status: 404, body: "" } : { status: 200, body: metrics };
    return there.includes(question.port) ? { status: 401, body: "" } : undefined;
  };
  const turns = await lookAtTurns({ ...GATEWAY, http }, TURNS);
  // The master key is shown to the gateway only, and a provider that is disabled is not asked.
  expect(asked.filter(({ bearer }) => bearer !== undefined).map(({ port }) => port)).toEqual([4000]);
  expect(asked.filter(({ port }) => port === 8000)).toHaveLength(1);
  return { mapping: "qwen*", by: "pattern", name: "qwen", turns, fallbacks: ["a", "b"], contextFallbacks: [] };
}

test("step by step: what matched, who is in turn and how that one is, who steps in", async () => {
  const state = 'litellm_deployment_state{litellm_model_name="qwen",api_base="http://127.0.0.1:8100/v1"} 2\n';
  const seen = await way([8000, 8100], state);
  expect(wayRows(seen)).toEqual([
    ["mapping", "the pattern qwen*"],
    ["in turn", "near: qwen, 75 %: answers"],
    ["", "out: qwen, 75 %: out of the rotation for a while, or not asked since"],
    ["", "cloud: qwen, 75 %: outside of this host, not asked"],
    ["", "off: qwen: disabled in providers.yaml"],
    ["if all fail", "a, then b"],
    ["if too long", "no other name"],
  ]);
  expect(wayJson(seen)).toMatchObject({
    by: "pattern",
    turns: [{ provider: "near", answers: true, state: null }, { state: "out" }, { answers: null, address: null }, {}],
  });
  expect([wayRows(undefined), wayJson(undefined)]).toEqual([[], null]);
});

test("where there is no answer it says where to look", async () => {
  expect(hintOf(await way([8000, 8100]), "gateway")).toBe("sudo svc logs gateway");
  expect(hintOf(await way([8100]), "gateway")).toBe("sudo svc status vllm-qwen");
  expect(hintOf(await way([8000]), "gateway")).toBe("start what should answer at http://127.0.0.1:8100/v1");
  const seen = await way([]);
  const none = { ...seen, turns: seen.turns.filter(({ isActive }) => !isActive) };
  expect(hintOf(none, "gateway")).toContain("status: active");
  expect(hintOf(undefined, "gateway")).toBe("sudo svc logs gateway");
});
