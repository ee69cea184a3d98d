/** The config.json that comes with a model: what of it decides about memory. Untrusted text; numbers only come out. */
import { userError } from "../model/diagnostic.ts";
import { isRecord, parseJson, textsOf } from "../model/json.ts";
import type { LanguageModel, Quantization } from "../model/language-model.ts";

type Fields = Readonly<Record<string, unknown>>;

/** `index` is model.safetensors.index.json beside it, which knows the size of the checkpoint to the byte. */
export function parseModelConfig(name: string, text: string, index: string | undefined): LanguageModel {
  const whole = parseJson(text);
  if (!isRecord(whole))
    throw userError("unusable-file", `${name}: this is not a config.json of a model`, "it must hold a JSON object");
  // Models that see pictures keep the part that writes apart.
  const nested = ["text_config", "llm_config", "language_config"].map((key) => whole[key]).find(isRecord);
  const config: Fields = { ...whole, ...nested };
  const missing = ["num_hidden_layers", "hidden_size", "num_attention_heads", "vocab_size"].filter(
    (key) => count(config, key) === undefined,
  );
  if (missing.length > 0) {
    throw userError(
      "unusable-file",
      `${name}: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing or no number`,
    );
  }
  return describe(name, config, whole, totalSize(index));
}

function describe(name: string, config: Fields, whole: Fields, weightBytes: number | undefined): LanguageModel {
  const heads = count(config, "num_attention_heads") ?? 1;
  const hidden = count(config, "hidden_size") ?? 1;
  const layers = count(config, "num_hidden_layers") ?? 1;
  const latent = count(config, "kv_lora_rank");
  const moe = first(config, ["num_experts", "num_local_experts", "n_routed_experts"]);
  const intermediate = count(config, "intermediate_size");
  const kinds = layerKinds(config, layers);
  const model: LanguageModel = {
    name,
    parameters: 0,
    layers,
    heads,
    kvHeads: count(config, "num_key_value_heads") ?? heads,
    headDim: count(config, "head_dim") ?? Math.floor(hidden / heads),
    hidden,
    vocabulary: count(config, "vocab_size") ?? 1,
    tied: config["tie_word_embeddings"] === true,
    quantization: quantizationOf(whole, config),
    context: count(config, "max_position_embeddings") ?? 4096,
    ...(intermediate !== undefined && { intermediate }),
    ...(moe !== undefined && {
      experts: { count: moe, intermediate: count(config, "moe_intermediate_size") ?? intermediate ?? hidden },
    }),
    ...(latent !== undefined && { latent: latent + (count(config, "qk_rope_head_dim") ?? 0) }),
    ...(kinds.window !== undefined && { window: kinds.window }),
    ...(kinds.uncached > 0 && { uncached: kinds.uncached }),
    ...(weightBytes !== undefined && { weightBytes }),
    source: name,
  };
  return { ...model, parameters: parametersOf(model) };
}

/** Without biases and norms, which are a thousandth; every layer with experts, as most of those models have them. */
export function parametersOf(model: LanguageModel): number {
  const { hidden, heads, kvHeads, headDim, layers, experts, intermediate = 0, vocabulary, tied } = model;
  const attention = 2 * hidden * headDim * (heads + kvHeads);
  const forward = experts === undefined ? 3 * hidden * intermediate : experts.count * 3 * hidden * experts.intermediate;
  const router = experts === undefined ? 0 : experts.count * hidden;
  return layers * (attention + forward + router) + vocabulary * hidden * (tied ? 1 : 2);
}

/** From the list of layers, or from how often a full one comes (Gemma 3), or all of them (Mistral 7B v0.1). */
function layerKinds(config: Fields, layers: number): { window: LanguageModel["window"]; uncached: number } {
  const tokens = config["use_sliding_window"] === false ? undefined : count(config, "sliding_window");
  const kinds = textsOf(config["layer_types"]);
  const ofKind = (kind: string) => kinds.filter((one) => one === kind).length;
  const pattern = count(config, "sliding_window_pattern");
  const windowed =
    kinds.length > 0
      ? ofKind("sliding_attention")
      : pattern === undefined
        ? layers
        : layers - Math.floor(layers / pattern);
  return {
    window: tokens === undefined || windowed === 0 ? undefined : { tokens, layers: Math.min(windowed, layers) },
    uncached: Math.min(ofKind("linear_attention"), layers),
  };
}

function quantizationOf(whole: Fields, config: Fields): Quantization {
  const settings = isRecord(whole["quantization_config"])
    ? whole["quantization_config"]
    : config["quantization_config"];
  if (isRecord(settings)) {
    const method = String(settings["quant_method"] ?? "");
    const bits = count(settings, "bits") ?? count(settings, "num_bits");
    if (/fp8/.test(method)) return "fp8";
    if (method === "mxfp4") return "mxfp4";
    if (method === "awq" || method === "gptq") return bits === 8 ? "int8" : method;
    return bits === 4 || /"num_bits":4/.test(JSON.stringify(settings)) ? "int4" : "int8";
  }
  const type = String(config["dtype"] ?? config["torch_dtype"] ?? whole["dtype"] ?? whole["torch_dtype"] ?? "");
  // vLLM loads 32 bits as 16 (its --dtype auto).
  return /fp8|float8/.test(type) ? "fp8" : "bf16";
}

function totalSize(index: string | undefined): number | undefined {
  const parsed = index === undefined ? undefined : parseJson(index);
  return isRecord(parsed) && isRecord(parsed["metadata"]) ? count(parsed["metadata"], "total_size") : undefined;
}

function first(config: Fields, keys: readonly string[]): number | undefined {
  return keys.map((key) => count(config, key)).find((value) => value !== undefined);
}

/** A whole number from 1 that can be calculated with. */
function count(config: Fields, key: string): number | undefined {
  const value = config[key];
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
