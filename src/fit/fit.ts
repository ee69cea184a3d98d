/** Does a model fit on these GPUs? Every number of the sum, and the longest context that would. */
import type { LanguageModel, Quantization } from "../model/language-model.ts";
import { type CacheType, cacheBytes, cacheBytesPerLayer, reserve, schedulerDefaults, weightBytes } from "./memory.ts";

/** GPUs of one kind. */
export interface Card {
  readonly name: string;
  /** What CUDA offers, which is less than what is sold. */
  readonly usableBytes: number;
  /** Less than that where something else uses it already; undefined where nobody looked. */
  readonly freeBytes?: number;
  /** How many there are; undefined where nobody looked. */
  readonly count?: number;
}

export interface Wish {
  readonly model: LanguageModel;
  readonly card: Card;
  readonly tensorParallel: number;
  readonly context: number;
  readonly quantization: Quantization;
  readonly cache: CacheType;
  /** Requests of the whole context at once. */
  readonly sequences: number;
  readonly utilization: number;
}

/** Bytes on each GPU. */
export interface Sum {
  readonly budget: number;
  readonly weights: number;
  readonly fixed: number;
  readonly activations: number;
  readonly logits: number;
  /** What is left for the cache; below zero where not even the weights have room. */
  readonly available: number;
  readonly cachePerToken: number;
  readonly cacheForOne: number;
  readonly cache: number;
  readonly spare: number;
  readonly batchedTokens: number;
  readonly requests: number;
}

export interface Fit {
  readonly wish: Wish;
  readonly sum: Sum;
  /** Why it cannot be tried at all: heads that do not divide, fewer GPUs than asked for. */
  readonly refused: readonly string[];
  readonly fits: boolean;
  /** In tokens, with everything else as wished; 0 where none. */
  readonly longestContext: number;
  /** Requests of the whole context that the cache holds at once. */
  readonly fullRequests: number;
}

export function calculate(wish: Wish): Fit {
  const sum = sumUp(wish);
  const refused = refusals(wish, sum);
  return {
    wish,
    sum,
    refused,
    fits: refused.length === 0 && sum.spare >= 0,
    longestContext: longestContext(wish, sum),
    fullRequests: Math.max(0, Math.floor((sum.available / sum.cacheForOne) * 10) / 10),
  };
}

function sumUp({ model, card, tensorParallel, context, quantization, cache, sequences, utilization }: Wish): Sum {
  const defaults = schedulerDefaults(card.usableBytes, card.name);
  const at = { ...defaults, tensorParallel, context, cache };
  const budget = card.usableBytes * utilization;
  const weights = weightBytes(model, quantization) / tensorParallel;
  const aside = reserve(model, at);
  const available = budget - weights - aside.fixed - aside.activations - aside.logits;
  const cacheForOne = cacheBytes(model, at);
  return {
    budget,
    weights,
    ...aside,
    available,
    cachePerToken: cacheBytesPerLayer(model, cache, tensorParallel),
    cacheForOne,
    cache: cacheForOne * sequences,
    spare: available - cacheForOne * sequences,
    ...defaults,
  };
}

function refusals({ model, card, tensorParallel, context }: Wish, { budget }: Sum): readonly string[] {
  const refused: string[] = [];
  if (model.heads % tensorParallel !== 0) {
    refused.push(`${tensorParallel} GPUs cannot share ${model.heads} attention heads evenly`);
  } else if (model.kvHeads > tensorParallel && model.kvHeads % tensorParallel !== 0 && model.latent === undefined) {
    refused.push(`${tensorParallel} GPUs cannot share ${model.kvHeads} key-value heads evenly`);
  }
  if (card.count !== undefined && card.count < tensorParallel) {
    refused.push(`${tensorParallel} GPUs are asked for and ${card.count} ${card.count === 1 ? "is" : "are"} there`);
  }
  // vLLM looks once when it starts, and refuses whatever the model would need.
  if (card.freeBytes !== undefined && card.freeBytes < budget) {
    refused.push("less memory is free than vLLM asks for when it starts: something else uses the GPU");
  }
  if (context > model.context) refused.push(`the model's own context ends at ${model.context} tokens`);
  return refused;
}

/** vLLM hands out the cache in blocks of 16 tokens. */
const BLOCK = 16;

function longestContext(wish: Wish, sum: Sum): number {
  const { model, cache, tensorParallel, sequences } = wish;
  const bytes = (blocks: number) =>
    cacheBytes(model, { context: blocks * BLOCK, cache, tensorParallel, batchedTokens: sum.batchedTokens }) * sequences;
  let fits = 0;
  let not = Math.floor(model.context / BLOCK) + 1;
  while (not - fits > 1) {
    const middle = Math.floor((fits + not) / 2);
    if (bytes(middle) <= sum.available) fits = middle;
    else not = middle;
  }
  return fits * BLOCK;
}
