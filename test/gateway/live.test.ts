/** Providers, asked for their models: how each type is asked, and what its answer says. */
import { expect, test } from "vitest";
import { type Heard, judgeProvider } from "../../src/gateway/checks/live.ts";
import { modelsQuestion } from "../../src/gateway/models-question.ts";
import type { Provider, ProviderType } from "../../src/model/registry.ts";

function provider(type: ProviderType, more: Partial<Provider> = {}): Provider {
  const nothing = { service: undefined, baseUrl: undefined, apiVersion: undefined, key: undefined };
  return { name: "far", type, isActive: true, models: [], ...nothing, ...more };
}

test.each<[ProviderType, Partial<Provider>, string | undefined]>([
  ["openai", {}, "https://api.openai.com:443/v1/models "],
  ["openai", { baseUrl: "https://eu.example.org/v1/" }, "https://eu.example.org:443/v1/models "],
  ["anthropic", {}, "https://api.anthropic.com:443/v1/models?limit=1000 x-api-key"],
  ["gemini", {}, "https://generativelanguage.googleapis.com:443/v1beta/models?pageSize=1000 x-goog-api-key"],
  [
    "azure",
    { baseUrl: "https://site.openai.azure.com", apiVersion: "2024-10-21" },
    "https://site.openai.azure.com:443/openai/models?api-version=2024-10-21 api-key",
  ],
  ["vllm", { baseUrl: "http://127.0.0.1:8000/v1" }, "http://127.0.0.1:8000/v1/models "],
  ["ollama", { baseUrl: "http://[fd00::1]:11434/v1" }, "http://fd00::1:11434/v1/models "],
  ["openai-compatible", { baseUrl: "http://lan.example.org/v1" }, "http://lan.example.org:80/v1/models "],
  ["openai-compatible", {}, undefined],
  ["vllm", { baseUrl: "not a url" }, undefined],
])("%s %j is asked at %s", (type, more, wanted) => {
  const asked = modelsQuestion(provider(type, more));
  const { host, isTls, keyHeader = "" } = asked?.far ?? {};
  expect(asked && `http${isTls ? "s" : ""}://${host}:${asked.port}${asked.path} ${keyHeader}`).toBe(wanted);
});

const answer = (status: number, body: unknown): Heard => ({
  kind: "answer",
  answer: { status, body: typeof body === "string" ? body : JSON.stringify(body) },
});
const list = (...ids: string[]) => answer(200, { object: "list", data: ids.map((id) => ({ id })) });
const supplied = { kind: "supplied", secret: "openai", at: { file: "providers.yaml", path: [], offset: 0 } } as never;
const copied = { kind: "copy", service: "vllm-qwen", secret: "api-key" } as const;

test.each<[string, Provider, readonly string[], Heard, readonly string[]]>([
  ["all there", provider("openai"), ["gpt-5"], list("gpt-5", "gpt-6"), []],
  ["nobody asks it for anything", provider("openai"), [], list(), []],
  ["the tag that Ollama adds", provider("ollama"), ["qwen3"], list("qwen3:latest"), []],
  ["Gemini's own form", provider("gemini"), ["gemini-3"], answer(200, { models: [{ name: "models/gemini-3" }] }), []],
  ["what Azure lists says nothing", provider("azure"), ["mine"], list("gpt-5"), []],
  [
    "a name that is mistyped",
    provider("openai"),
    ["gtp-5"],
    list("gpt-5"),
    ["the provider far does not have gtp-5: it has gpt-5 | did you mean gpt-5?"],
  ],
  [
    "two that it does not have, of many",
    provider("openai"),
    ["x1", "yy2"],
    list("aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "\u001b[2J"),
    [
      "the provider far does not have x1: it has aaaa, bbbb, cccc, dddd, eeee and 2 more | another model in providers.yaml, or base_url in providers.yaml",
      "the provider far does not have yy2: it has aaaa, bbbb, cccc, dddd, eeee and 2 more | another model in providers.yaml, or base_url in providers.yaml",
    ],
  ],
  [
    "a service of the stack that is down",
    provider("vllm", { service: "vllm-qwen" as never }),
    [],
    { kind: "refused" },
    ["the provider far does not answer: nobody listens there | svc status vllm-qwen"],
  ],
  [
    "an address that leads nowhere",
    provider("openai"),
    [],
    { kind: "failed", message: "https://x:443 breaks off: getaddrinfo ENOTFOUND x" },
    [
      "the provider far does not answer: https://x:443 breaks off: getaddrinfo ENOTFOUND x | base_url in providers.yaml",
    ],
  ],
  [
    "a key that it does not know",
    provider("openai", { key: supplied }),
    [],
    answer(401, {}),
    ["the provider far refuses the key (401) | sudo install-quadlets secrets set gateway/openai"],
  ],
  [
    "the key of before",
    provider("vllm", { key: copied, service: "vllm-qwen" as never }),
    [],
    answer(403, {}),
    ["the provider far refuses the key (403) | sudo install-quadlets gives gateway the key that vllm-qwen has now"],
  ],
  [
    "none where it wants one",
    provider("openai-compatible"),
    [],
    answer(401, ""),
    [
      "the provider far asks for a key (401) | key: SECRET at far in providers.yaml, and sudo install-quadlets secrets set gateway/SECRET",
    ],
  ],
  [
    "a page for people",
    provider("openai"),
    [],
    answer(200, "<!doctype html>"),
    [
      "the provider far answers with something that is no list of models | base_url in providers.yaml; a base_url mostly ends with /v1",
    ],
  ],
  [
    "a fault of its own",
    provider("openai"),
    [],
    answer(502, "bad gateway"),
    [
      "the provider far answers 502 when it is asked for its models | base_url in providers.yaml; a base_url mostly ends with /v1",
    ],
  ],
])("%s", (_, asked, wanted, heard, said) => {
  const found = judgeProvider(asked, { wanted, router: "gateway" }, heard);
  expect(found.map(({ message, hint }) => `${message} | ${hint}`)).toEqual(said);
});
