/** The registry as LiteLLM reads it: model_list and router_settings of its configuration. Same registry, same bytes. */
import { type Model, NOMINAL_PRICE, type Provider, type ProviderType, type Registry } from "../model/registry.ts";
import { keyVariable } from "./keys.ts";
import { type Route, routesOf } from "./routes.ts";
import { type Value, yamlText } from "./yaml-text.ts";

/** How LiteLLM calls them. llama.cpp and Ollama are asked through their OpenAI interface. */
const PREFIXES: Readonly<Record<ProviderType, string>> = {
  vllm: "hosted_vllm",
  ollama: "openai",
  "llama-cpp": "openai",
  openai: "openai",
  anthropic: "anthropic",
  gemini: "gemini",
  azure: "azure",
  "openai-compatible": "openai",
};

/** LiteLLM refuses a deployment without a key; this is for servers that ask for none. */
const NO_KEY = "none";

export function litellm(registry: Registry): string {
  const routes = routesOf(registry);
  const { retries, failures, cooldownSeconds, timeoutSeconds } = registry.routing;
  return yamlText({
    model_list: routes.flatMap(deployments),
    router_settings: {
      routing_strategy: "simple-shuffle",
      num_retries: retries,
      ...circuitBreaker(failures),
      cooldown_time: cooldownSeconds,
      timeout: timeoutSeconds,
      stream_timeout: timeoutSeconds,
      // Without it a request that is too long goes to the model, which fails, instead of along the chain.
      enable_pre_call_checks: true,
      model_group_alias: aliases(routes),
      fallbacks: chains(routes, "fallbacks"),
      context_window_fallbacks: chains(routes, "contextFallbacks"),
    },
  });
}

/** A file that says as many is taken for one that says nothing, and then what is alone behind its name stays in the rotation. */
const ALLOWED_FAILS_UNSET = 3;

/** LiteLLM lets so many failures pass, and the next one counts. A policy makes any number count, for what has no number of its own. */
function circuitBreaker(failures: number): Readonly<Record<string, Value>> {
  const passed = failures - 1;
  return passed === ALLOWED_FAILS_UNSET
    ? { allowed_fails: passed, allowed_fails_policy: { InternalServerErrorAllowedFails: passed } }
    : { allowed_fails: passed };
}

function deployments({ name, targets }: Route): readonly Value[] {
  // All or none: the router takes a weight that is missing for 0.
  const isWeighted = targets.some(({ weight }) => weight !== 1);
  return targets.map(({ provider, model, weight }) => ({
    model_name: name,
    litellm_params: {
      model: `${PREFIXES[provider.type]}/${model.name}`,
      api_base: provider.baseUrl,
      api_version: provider.apiVersion,
      api_key: keyOf(provider),
      weight: isWeighted ? weight : undefined,
    },
    model_info: modelInfo(model),
  }));
}

function modelInfo({ mode, context, price }: Model): Value {
  return {
    mode,
    max_input_tokens: context,
    input_cost_per_token: perToken(price?.input ?? NOMINAL_PRICE),
    output_cost_per_token: perToken(price?.output ?? NOMINAL_PRICE),
  };
}

function keyOf(provider: Provider): string {
  return provider.key === undefined ? NO_KEY : `os.environ/${keyVariable(provider)}`;
}

/** Twelve digits are more than any price has, and hide what a division by a million leaves behind. */
function perToken(price: number): number {
  return Number((price / 1_000_000).toPrecision(12));
}

function aliases(routes: readonly Route[]): Value | undefined {
  const pairs = routes.flatMap((route) => route.aliases.map((alias) => [alias, route.name] as const));
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

function chains(routes: readonly Route[], kind: "fallbacks" | "contextFallbacks"): readonly Value[] | undefined {
  const chained = routes.filter((route) => route[kind].length > 0);
  return chained.length === 0 ? undefined : chained.map((route) => ({ [route.name]: route[kind] }));
}
