/** Contexts and budgets, from the files about models and keys to what LiteLLM is told, as data. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { litellm } from "../../src/gateway/litellm.ts";
import { changeQuestion, makeQuestion } from "../../src/gateway/litellm-admin.ts";
import { Secret } from "../../src/model/secret.ts";
import { desiredKeys } from "../../src/render/keys.ts";
import { resolve } from "./support.ts";

interface Cases {
  readonly contexts: readonly { readonly what: string; readonly mappings: string; readonly chains: unknown }[];
  readonly budgets: readonly { readonly key: string; readonly told: Readonly<Record<string, unknown>> }[];
}

const { contexts, budgets } = parse(readFileSync("test/cases/gateway/limits.yaml", "utf8")) as Cases;

const PROVIDERS = `
providers:
  near:
    type: openai-compatible
    base_url: https://models.example.org/v1
    models: { a: { context: 4096 }, b: { context: 32768 }, c: , q-a: { context: 2048 }, q-b: { context: 8192, price: { input: 3, output: 15 } } }
  off: { type: openai, key: off, status: disabled, models: { x: } }
`;

const MAPPINGS = "models: { a: { to: [{ provider: near }] }, q-b: { to: [{ provider: near }] } }";
const NOW = new Date("2026-11-27T18:00:00Z");

describe.each(contexts)("context-window fallbacks: $what", ({ mappings, chains }) => {
  const registry = resolve({ providers: PROVIDERS, mappings }).registry ?? expect.fail();
  const file = parse(litellm(registry), { version: "1.1" });

  test("are those that are written", () => {
    expect(file.router_settings.context_window_fallbacks ?? "none").toEqual(chains);
  });

  test("are followed before a model is asked, because each context is known", () => {
    expect(file.router_settings.enable_pre_call_checks).toBe(true);
    const contextOf: Readonly<Record<string, number>> = { a: 4096, b: 32768, "q-a": 2048, "q-b": 8192 };
    for (const { litellm_params, model_info } of file.model_list)
      expect(model_info.max_input_tokens).toBe(contextOf[litellm_params.model.replace("openai/", "")]);
  });

  test("have a price for each token, by which budgets are counted", () => {
    for (const { litellm_params, model_info } of file.model_list) {
      const [input, output] = litellm_params.model.endsWith("q-b") ? [0.000003, 0.000015] : [0.000001, 0.000001];
      expect(model_info).toMatchObject({ input_cost_per_token: input, output_cost_per_token: output });
    }
  });
});

test.each(budgets)("a key with $key", ({ key, told }) => {
  const [wanted] =
    desiredKeys(resolve({ providers: PROVIDERS, mappings: MAPPINGS, keys: `keys: { anna: ${key} }` }))?.keys ?? [];
  if (wanted === undefined) return expect.fail("no key");
  const body = (question: { readonly body?: Secret }) => JSON.parse(question.body?.reveal() ?? "");
  const made = makeQuestion(wanted, new Secret("sk-value"), 0, NOW);
  expect(body(made)).toMatchObject(told);
  const found = {
    token: "token",
    name: "anna",
    holder: undefined,
    kind: "person",
    isOurs: true,
    isAsSet: true,
    isBlocked: false,
    limits: wanted.limits,
    spent: 0,
    resets: undefined,
    metadata: {},
  } as const;
  expect(body(changeQuestion(wanted, found, NOW))).toMatchObject(told);
});
