/** Which models there are, who answers for them, and where a request for one goes: no gateway's own format. */
import type { Written } from "./diagnostic.ts";
import type { FitAsk } from "./fit-ask.ts";
import type { GatewayKey } from "./gateway-key.ts";
import type { ModelCache } from "./model-cache.ts";
import type { ModelStore } from "./model-store.ts";
import type { ServiceName } from "./names.ts";
import type { Probe } from "./probe.ts";

export const PROVIDER_TYPES = [
  "vllm",
  "ollama",
  "llama-cpp",
  "openai",
  "anthropic",
  "gemini",
  "azure",
  "openai-compatible",
] as const;
export type ProviderType = (typeof PROVIDER_TYPES)[number];

export const MODEL_MODES = ["chat", "embedding", "completion"] as const;
export type ModelMode = (typeof MODEL_MODES)[number];

/** What a model may be called: anything that needs no quotes, and no "*", which is a pattern. */
export const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$/;

export interface Registry {
  readonly providers: readonly Provider[];
  /** In the order of the file, which is also that of patterns. */
  readonly mappings: readonly Mapping[];
  readonly routing: Routing;
  /** In the order of the file. */
  readonly keys: readonly GatewayKey[];
}

export interface Provider {
  readonly name: string;
  readonly type: ProviderType;
  /** Of this stack, where it is one. */
  readonly service: ServiceName | undefined;
  /** Undefined: the address that the type implies. */
  readonly baseUrl: string | undefined;
  readonly apiVersion: string | undefined;
  readonly isActive: boolean;
  readonly key: ProviderKey | undefined;
  readonly models: readonly Model[];
}

/** A secret by name; its value exists on the host only. */
export type ProviderKey =
  | { readonly kind: "copy"; readonly service: string; readonly secret: string }
  /** The site gives it to the service that routes. */
  | { readonly kind: "supplied"; readonly secret: string; readonly at: Written };

export interface Model {
  readonly name: string;
  readonly mode: ModelMode | undefined;
  /** Tokens that question and answer may have together. */
  readonly context: number | undefined;
  readonly quantization: string | undefined;
  /** In US dollars for a million tokens. */
  readonly price: { readonly input: number; readonly output: number } | undefined;
}

/** What a token counts as where a model has no price: a key's tokens a day are counted by it. In US dollars for a million tokens. */
export const NOMINAL_PRICE = 1;

export interface Mapping {
  /** What clients ask for; with "*" for any text it stands for every model of its targets that fits. */
  readonly name: string;
  /** Other names for the same. */
  readonly aliases: readonly string[];
  readonly targets: readonly Target[];
  /** Names to try, in this order, where every target fails. */
  readonly fallbacks: readonly string[];
  /** The same where a request is longer than the model's context. */
  readonly contextFallbacks: readonly string[];
}

export interface Target {
  readonly provider: string;
  /** Undefined: the model of the provider that has the mapping's name. */
  readonly model: string | undefined;
  readonly weight: number;
}

export interface Routing {
  /** Tries at other targets of the same name, before the fallbacks. */
  readonly retries: number;
  /** So many failures within a minute take a target out of the rotation, for so many seconds. */
  readonly failures: number;
  readonly cooldownSeconds: number;
  readonly timeoutSeconds: number;
}

/** What a service of the stack says about the models that it serves. */
export interface Engine {
  readonly type: ProviderType;
  readonly port: string;
  readonly key: string | undefined;
  readonly models: readonly Model[];
  /** Undefined where its service file does not say how it is asked. */
  readonly probe: Probe | undefined;
  /** Undefined where its service file does not say where models lie. */
  readonly cache: ModelCache | undefined;
  /** Undefined where it has no store that could be asked. */
  readonly store: ModelStore | undefined;
  /** Undefined where nobody can calculate what its model asks of the cards. */
  readonly fit: FitAsk | undefined;
}
