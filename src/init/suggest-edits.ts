/** What files of the site would have to say for models that are suggested, as single values at their places. */
import type { VllmChoice } from "./model-choice.ts";

/** What is configured already. */
export interface Present {
  /** Of the services that are switched on. */
  readonly services: readonly string[];
  /** Declared of Ollama. */
  readonly ollama: readonly string[];
  /** Is there anything of somebody's own at this place of stack.yaml? */
  isWritten(path: readonly string[]): boolean;
  /** Those of providers.yaml; undefined where there is no such file. */
  readonly providers: readonly PresentProvider[] | undefined;
  /** Names and aliases in model-mappings.yaml; undefined where there is no such file. */
  readonly mappings: readonly string[] | undefined;
  /** What vLLM is asked for, where it is on and any of the files about models and keys may say that name. */
  readonly servedName: string | undefined;
}

export interface PresentProvider {
  readonly name: string;
  readonly service: string | undefined;
  /** Undefined where it has those that the service has. */
  readonly models: readonly string[] | undefined;
}

export type SuggestedFile = "stack" | "providers" | "mappings";

export interface SuggestedEdit {
  readonly file: SuggestedFile;
  readonly path: readonly string[];
  readonly value: string | number | boolean | readonly string[] | readonly object[] | Readonly<Record<string, never>>;
}

export const VLLM = "vllm-qwen";
export const OLLAMA = "ollama";
const MODEL_OF_VLLM = ["services", VLLM, "settings", "model"];

export function ownModel({ isWritten }: Present): boolean {
  return isWritten(MODEL_OF_VLLM);
}

export function stack(path: readonly string[], value: SuggestedEdit["value"]): SuggestedEdit {
  return { file: "stack", path: ["services", ...path], value };
}

/** It would take the card, or wait for one that is not there. */
export function withoutVllm(present: Present): readonly SuggestedEdit[] {
  return present.services.includes(VLLM) && !isSomebodys(present) ? [stack([VLLM, "enabled"], false)] : [];
}

/** Somebody said something of it, or leads requests to what he knows. */
export function isSomebodys({ providers, mappings, isWritten }: Present): boolean {
  return isWritten(["services", VLLM]) || providers !== undefined || mappings !== undefined;
}

export function withVllm(
  { model, servedName, fit, usable, tools, reasoning }: VllmChoice,
  present: Present,
): readonly SuggestedEdit[] {
  if (ownModel(present)) return [];
  const { context, tensorParallel = 1, utilization } = fit?.wish ?? {};
  const settings: Readonly<Record<string, SuggestedEdit["value"] | undefined>> = {
    model,
    served_name: present.servedName === undefined ? servedName : undefined,
    max_model_len: context,
    tensor_parallel_size: tensorParallel,
    gpu_memory_utilization: utilization,
    gpus: usable === undefined || usable.all ? undefined : usable.names.slice(0, tensorParallel),
    dtype: usable?.noBfloat === true ? "half" : undefined,
    version: usable?.version,
    tool_call_parser: tools,
    reasoning_parser: reasoning,
  };
  const edits = Object.entries(settings).flatMap(([name, value]) => {
    const isOpen = value !== undefined && !present.isWritten(["services", VLLM, "settings", name]);
    return isOpen ? [stack([VLLM, "settings", name], value)] : [];
  });
  return [...(present.services.includes(VLLM) ? [] : [stack([VLLM, "enabled"], true)]), ...edits];
}

export function withOllama(
  names: readonly string[],
  isOnCard: boolean,
  { services, ollama, isWritten }: Present,
): readonly SuggestedEdit[] {
  const lacks = names.filter((name) => !ollama.includes(name));
  const isOff = !services.includes(OLLAMA);
  const placed = isOnCard || isWritten(["services", OLLAMA, "settings", "gpus"]);
  return [
    ...(isOff && isWritten(["services", OLLAMA, "enabled"]) ? [stack([OLLAMA, "enabled"], true)] : []),
    ...(lacks.length === 0 ? [] : [stack([OLLAMA, "settings", "models"], [...ollama, ...lacks])]),
    ...(placed ? [] : [stack([OLLAMA, "settings", "gpus"], [])]),
  ];
}

/** Without these files every service is a provider, and every model has its own name. A service has one provider, whatever that is called. */
export function leading(
  led: readonly { readonly service: string; readonly name: string }[],
  { providers, mappings }: Present,
): readonly SuggestedEdit[] {
  const known = (service: string) => providers?.find((provider) => provider.service === service);
  const isFresh = (service: string) => providers !== undefined && known(service) === undefined;
  const fresh = [...new Set(led.map(({ service }) => service))].filter(isFresh);
  const types: Readonly<Record<string, string>> = { [VLLM]: "vllm", [OLLAMA]: "ollama" };
  return [
    ...fresh.flatMap((service): readonly SuggestedEdit[] => [
      { file: "providers", path: ["providers", service, "type"], value: types[service] ?? service },
      { file: "providers", path: ["providers", service, "service"], value: service },
    ]),
    ...led.flatMap(({ service, name }): readonly SuggestedEdit[] => {
      const provider = known(service);
      const lacks = provider?.models?.includes(name) === false;
      return lacks ? [{ file: "providers", path: ["providers", provider.name, "models", name], value: {} }] : [];
    }),
    ...led.flatMap(({ service, name }): readonly SuggestedEdit[] =>
      mappings?.includes(name) === false
        ? [{ file: "mappings", path: ["models", name, "to"], value: [{ provider: known(service)?.name ?? service }] }]
        : [],
    ),
  ];
}
