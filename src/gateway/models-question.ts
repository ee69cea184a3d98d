/** How a provider is asked which models it has, and what its answer says. */
import type { HttpFar, HttpQuestion } from "../model/http.ts";
import { isRecord, parseJson } from "../model/json.ts";
import type { Provider, ProviderType } from "../model/registry.ts";
import { servedModels } from "../model/served-models.ts";

interface Language {
  /** Where everybody finds it. */
  readonly base?: string;
  readonly path: string;
  readonly far: Pick<HttpFar, "keyHeader" | "headers">;
  /** Undefined where the answer is no list of models. */
  readonly names: (answer: string) => readonly string[] | undefined;
}

/** Ours ask for a base that ends with /v1, as LiteLLM does. */
const OPENAI: Language = { path: "/models", far: {}, names: servedModels };

const LANGUAGES: Readonly<Record<ProviderType, Language>> = {
  vllm: OPENAI,
  "llama-cpp": OPENAI,
  ollama: OPENAI,
  "openai-compatible": OPENAI,
  openai: { ...OPENAI, base: "https://api.openai.com/v1" },
  // docs.anthropic.com, Models API
  anthropic: {
    base: "https://api.anthropic.com",
    path: "/v1/models?limit=1000",
    far: { keyHeader: "x-api-key", headers: { "anthropic-version": "2023-06-01" } },
    names: servedModels,
  },
  // ai.google.dev, models.list
  gemini: {
    base: "https://generativelanguage.googleapis.com",
    path: "/v1beta/models?pageSize=1000",
    far: { keyHeader: "x-goog-api-key" },
    names: geminiModels,
  },
  // It lists what could be deployed, and not under which names that was done.
  azure: { path: "/openai/models", far: { keyHeader: "api-key" }, names: (answer) => servedModels(answer) && [] },
};

/** Undefined where nobody knows an address. */
export function modelsQuestion(provider: Provider): Omit<HttpQuestion, "bearer" | "timeoutMs"> | undefined {
  const { base, path, far } = LANGUAGES[provider.type];
  const written = provider.baseUrl ?? base;
  if (written === undefined || !URL.canParse(written)) return undefined;
  const url = new URL(written);
  const isTls = url.protocol === "https:";
  const version = provider.apiVersion === undefined ? "" : `?api-version=${encodeURIComponent(provider.apiVersion)}`;
  return {
    method: "GET",
    port: url.port === "" ? (isTls ? 443 : 80) : Number(url.port),
    path: `${url.pathname.replace(/\/+$/, "")}${path}${version}`,
    // An address of IPv6 stands in brackets in URLs only.
    far: { host: url.hostname.replace(/^\[|\]$/g, ""), isTls, ...far },
  };
}

/** Which of the models that requests lead to it does not list; undefined where the answer is no list. */
export function missingModels(
  { type }: Provider,
  answer: string,
  wanted: readonly string[],
): { readonly missing: readonly string[]; readonly listed: readonly string[] } | undefined {
  const listed = LANGUAGES[type].names(answer);
  if (listed === undefined) return undefined;
  // Ollama adds the tag that a name without one stands for.
  const known = new Set(listed.flatMap((name) => [name, name.replace(/:latest$/, "")]));
  return { listed, missing: type === "azure" ? [] : wanted.filter((name) => !known.has(name)) };
}

/** {"models": [{"name": "models/gemini-3-flash"}]} */
function geminiModels(answer: string): readonly string[] | undefined {
  const list = parseJson(answer);
  if (!isRecord(list) || !Array.isArray(list["models"])) return undefined;
  return list["models"].flatMap((one: unknown) =>
    isRecord(one) && typeof one["name"] === "string" ? [one["name"].replace(/^models\//, "")] : [],
  );
}
