/** One question through the gateway: answers in, what is said of them out. */
import { expect, test } from "vitest";
import { tryModel } from "../../src/apps/try-model.ts";
import { Secret } from "../../src/model/secret.ts";
import { memorySystem } from "../support/memory-system.ts";

function gatewayThat(status: number, body: unknown) {
  const { http, clock } = memorySystem();
  const asked: { path: string; body: string; timeoutMs: number }[] = [];
  http.answer = ({ path, body: text, timeoutMs }) => {
    asked.push({ path, body: text?.reveal() ?? "", timeoutMs });
    void clock.sleep(1500);
    return { status, body: typeof body === "string" ? body : JSON.stringify(body) };
  };
  return { gateway: { http, port: 4000, master: new Secret("sk-1") }, clock, asked };
}

test("who answered, with what, and in what time", async () => {
  const body = {
    model: "small",
    choices: [{ message: { role: "assistant", content: "Hello." } }],
    usage: { prompt_tokens: 4, completion_tokens: 2 },
  };
  const { gateway, clock, asked } = gatewayThat(200, body);
  const answer = await tryModel(gateway, clock, "qwen", "hi");
  expect(answer).toEqual({ model: "small", text: "Hello.", input: 4, output: 2, milliseconds: 1500 });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.path).toBe("/v1/chat/completions");
  expect(JSON.parse(asked[0]?.body ?? "")).toMatchObject({
    model: "qwen",
    messages: [{ role: "user", content: "hi" }],
  });
  // A model may have to be loaded first.
  expect(asked[0]?.timeoutMs).toBeGreaterThan(60_000);
});

test("what the answer does not say is not made up", async () => {
  const { gateway, clock } = gatewayThat(200, { choices: [{ message: { content: null } }] });
  const answer = await tryModel(gateway, clock, "qwen", "hi");
  expect(answer).toMatchObject({ model: undefined, text: "", input: undefined, output: undefined });
});

test.each([
  [404, { error: { message: "no such model" } }, "the gateway answers 404 to /v1/chat/completions: no such model"],
  [200, "<html>", "the answer of qwen is no answer to a chat"],
  [200, { choices: [] }, "the answer of qwen is no answer to a chat"],
])("%d with %j", async (status, body, words) => {
  const { gateway, clock } = gatewayThat(status, body);
  await expect(tryModel(gateway, clock, "qwen", "hi")).rejects.toThrow(words);
});
