/** config.json of models: what is read from it, and what is refused. */
import { describe, expect, test } from "vitest";
import { fullLayers } from "../../src/fit/memory.ts";
import { parseModelConfig } from "../../src/fit/model-config.ts";

const BASE = {
  num_hidden_layers: 36,
  hidden_size: 4096,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  head_dim: 128,
  intermediate_size: 12288,
  vocab_size: 151936,
  max_position_embeddings: 40960,
  torch_dtype: "bfloat16",
  tie_word_embeddings: false,
};

const read = (more: object, index?: object) =>
  parseModelConfig(
    "mine",
    JSON.stringify({ ...BASE, ...more }),
    index === undefined ? undefined : JSON.stringify(index),
  );

test("Qwen3-8B: its parameters within a thousandth", () => {
  const model = read({});
  expect(model).toMatchObject({ layers: 36, kvHeads: 8, headDim: 128, quantization: "bf16", context: 40960 });
  expect(Math.abs(model.parameters / 8_190_735_360 - 1)).toBeLessThan(0.001);
});

test("the size of the checkpoint beside it is better than any sum", () => {
  expect(read({}, { metadata: { total_size: 16_381_470_720 } }).weightBytes).toBe(16_381_470_720);
  expect(read({}, { metadata: { total_size: "many" } }).weightBytes).toBeUndefined();
  expect(parseModelConfig("mine", JSON.stringify(BASE), "not JSON").weightBytes).toBeUndefined();
});

describe("precision", () => {
  test.each<[string, object]>([
    ["fp8", { quantization_config: { quant_method: "fp8", weight_block_size: [128, 128] } }],
    ["awq", { quantization_config: { quant_method: "awq", bits: 4 } }],
    ["gptq", { quantization_config: { quant_method: "gptq", bits: 4 } }],
    ["int8", { quantization_config: { quant_method: "gptq", bits: 8 } }],
    ["mxfp4", { quantization_config: { quant_method: "mxfp4" } }],
    [
      "int4",
      {
        quantization_config: { quant_method: "compressed-tensors", config_groups: { g: { weights: { num_bits: 4 } } } },
      },
    ],
    ["bf16", { torch_dtype: "float32" }],
  ])("%s", (quantization, more) => expect(read(more).quantization).toBe(quantization));
});

describe("kinds of layers", () => {
  test("alternating windows, as gpt-oss lists them", () => {
    const kinds = Array.from({ length: 36 }, (_, i) => (i % 2 === 0 ? "sliding_attention" : "full_attention"));
    const model = read({ sliding_window: 128, layer_types: kinds });
    expect([model.window, fullLayers(model)]).toEqual([{ tokens: 128, layers: 18 }, 18]);
  });
  test("five of six, as Gemma 3 says it, and inside of text_config", () => {
    const text = { ...BASE, num_hidden_layers: 62, sliding_window: 1024, sliding_window_pattern: 6 };
    const model = parseModelConfig("mine", JSON.stringify({ model_type: "gemma3", text_config: text }), undefined);
    expect(model.window).toEqual({ tokens: 1024, layers: 52 });
  });
  test("a window that is there and not used, as Qwen has it", () => {
    expect(read({ sliding_window: 4096, use_sliding_window: false }).window).toBeUndefined();
  });
  test("linear attention keeps nothing for each token", () => {
    const kinds = Array.from({ length: 36 }, (_, i) => (i % 4 === 3 ? "full_attention" : "linear_attention"));
    expect(fullLayers(read({ layer_types: kinds }))).toBe(9);
  });
});

test("latent attention and experts", () => {
  const model = read({ kv_lora_rank: 512, qk_rope_head_dim: 64, n_routed_experts: 64, moe_intermediate_size: 1408 });
  expect(model).toMatchObject({ latent: 576, experts: { count: 64, intermediate: 1408 } });
});

test.each([
  ["", "this is not a config.json of a model"],
  ["[1, 2]", "this is not a config.json of a model"],
  ["root:x:0:0:", "this is not a config.json of a model"],
  ["{}", "num_hidden_layers, hidden_size, num_attention_heads, vocab_size are missing or no number"],
  [JSON.stringify({ ...BASE, hidden_size: -1 }), "hidden_size is missing or no number"],
  [JSON.stringify({ ...BASE, num_hidden_layers: 1e300 }), "num_hidden_layers is missing or no number"],
])("%j is refused: %s, and not quoted", (text, says) => {
  expect(() => parseModelConfig("mine", text, undefined)).toThrow(says);
  expect(() => parseModelConfig("mine", text, undefined)).not.toThrow("root:x");
});
