/** The arithmetic of GPU memory, in bytes for each GPU: weights, cache for each token, and what vLLM sets aside. */

import type { LanguageModel, Quantization } from "../model/language-model.ts";
import { GIB } from "../model/size.ts";

/**
 * Bytes for each weight of the linear layers. Four bits come with their scales: 2 bytes and a zero point for each group
 * of 128 (AWQ, GPTQ), 1 byte for 16 (NVFP4) or 32 (MXFP4).
 */
const BYTES: Readonly<Record<Quantization, number>> = {
  fp32: 4,
  bf16: 2,
  fp8: 1,
  int8: 1,
  awq: 0.5 + 2.5 / 128,
  gptq: 0.5 + 2.5 / 128,
  int4: 0.5 + 2.5 / 128,
  nvfp4: 0.5 + 1 / 16,
  mxfp4: 0.5 + 1 / 32,
};

/** Of all GPUs together. Embedding and output layer stay at 16 bits (llm-compressor, AWQ and GPTQ all leave them out). */
export function weightBytes(model: LanguageModel, quantization: Quantization): number {
  if (quantization === model.quantization && model.weightBytes !== undefined) return model.weightBytes;
  const bytes = BYTES[quantization];
  const embedding = embeddingWeights(model);
  return (model.parameters - embedding) * bytes + embedding * Math.max(bytes, 2);
}

export function embeddingWeights({ vocabulary, hidden, tied }: LanguageModel): number {
  return vocabulary * hidden * (tied ? 1 : 2);
}

export type CacheType = "auto" | "fp8";

/** One layer, one token, on one of `tensorParallel` GPUs. A head is never split: what does not divide is on several. */
export function cacheBytesPerLayer(model: LanguageModel, cache: CacheType, tensorParallel: number): number {
  const bytes = cache === "fp8" ? 1 : 2;
  if (model.latent !== undefined) return model.latent * bytes;
  return 2 * Math.ceil(model.kvHeads / tensorParallel) * model.headDim * bytes;
}

/** Layers whose cache grows with the context. */
export function fullLayers({ layers, window, uncached }: LanguageModel): number {
  return layers - (window?.layers ?? 0) - (uncached ?? 0);
}

/** For one request of `context` tokens; a window keeps itself and what is computed at once (vLLM's SlidingWindowSpec). */
export function cacheBytes(
  model: LanguageModel,
  at: {
    readonly context: number;
    readonly cache: CacheType;
    readonly tensorParallel: number;
    readonly batchedTokens: number;
  },
): number {
  const layer = cacheBytesPerLayer(model, at.cache, at.tensorParallel);
  const windowed = model.window && Math.min(at.context, model.window.tokens - 1 + at.batchedTokens);
  return layer * (fullLayers(model) * at.context + (model.window?.layers ?? 0) * (windowed ?? 0));
}

/** What vLLM takes by default for a server (its usage context): more tokens and requests at once on the largest GPUs. */
export function schedulerDefaults(usableBytes: number, card: string): { batchedTokens: number; requests: number } {
  const large = usableBytes >= 70 * GIB && !/a100|a800/i.test(card);
  return large ? { batchedTokens: 8192, requests: 1024 } : { batchedTokens: 2048, requests: 256 };
}

/**
 * Fitted to what vLLM 0.7 to 0.19 logged (test/cases/fit/published.yaml): 0.6 GiB for CUDA and its libraries, 0.4 for CUDA
 * graphs, 0.4 for NCCL between GPUs; sixteen copies of the hidden state of a batch, three times that with experts; logits
 * of every request at 32 bits, and two more copies of them while sorting.
 */
export function reserve(
  model: LanguageModel,
  at: { readonly tensorParallel: number; readonly batchedTokens: number; readonly requests: number },
): { readonly fixed: number; readonly activations: number; readonly logits: number } {
  const copies = model.experts === undefined ? 16 : 48;
  return {
    fixed: (at.tensorParallel > 1 ? 1.4 : 1) * GIB,
    activations: at.batchedTokens * model.hidden * 2 * copies,
    logits: at.requests * model.vocabulary * 4 * 3,
  };
}
