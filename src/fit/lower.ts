/** What to change where a model does not fit: each suggestion was tried with the same arithmetic, alone. */
import type { Quantization } from "../model/language-model.ts";
import { calculate, type Fit, type Wish } from "./fit.ts";

export interface Suggestion {
  readonly change: "context" | "sequences" | "utilization" | "cache" | "quantization" | "tensor-parallel";
  readonly value: string | number;
  /** As a person reads it. */
  readonly text: string;
}

/** Below that nobody can hold a conversation. */
const SHORTEST_CONTEXT = 2048;
/** More leaves nothing for what is not counted (vLLM's own default is 0.92). */
const MOST_UTILIZATION = 0.95;
const SMALLER: readonly Quantization[] = ["fp8", "awq"];
const PARALLEL = [2, 4, 8];

export function whatToLower(result: Fit): readonly Suggestion[] {
  if (result.fits) return [];
  const { wish } = result;
  return [
    ...context(result),
    ...sequences(wish),
    ...utilization(wish),
    ...cache(wish),
    ...quantization(wish),
    ...gpus(wish),
  ];
}

function context({ wish, longestContext }: Fit): readonly Suggestion[] {
  // A round number is easier to remember, and leaves a little.
  const value = longestContext > 4096 ? Math.floor(longestContext / 1024) * 1024 : longestContext;
  if (value < SHORTEST_CONTEXT || value >= wish.context || !calculate({ ...wish, context: value }).fits) return [];
  return [{ change: "context", value, text: `a context of ${value} tokens` }];
}

function sequences(wish: Wish): readonly Suggestion[] {
  if (wish.sequences === 1) return [];
  const value = range(wish.sequences - 1).find((count) => calculate({ ...wish, sequences: count }).fits);
  return value === undefined
    ? []
    : [{ change: "sequences", value, text: `${value} at once instead of ${wish.sequences}` }];
}

function utilization(wish: Wish): readonly Suggestion[] {
  const steps = range(MOST_UTILIZATION * 100).map((percent) => percent / 100);
  const higher = steps.filter((value) => value > wish.utilization).sort((a, b) => a - b);
  const value = higher.find((candidate) => calculate({ ...wish, utilization: candidate }).fits);
  if (value !== undefined) return [{ change: "utilization", value, text: `a utilization of ${value}` }];
  // Where others use the GPU, only less fits.
  const lower = steps.filter((candidate) => candidate < wish.utilization);
  const less = lower.find((candidate) => calculate({ ...wish, utilization: candidate }).fits);
  return less === undefined ? [] : [{ change: "utilization", value: less, text: `a utilization of ${less}` }];
}

function cache(wish: Wish): readonly Suggestion[] {
  if (wish.cache === "fp8" || !calculate({ ...wish, cache: "fp8" }).fits) return [];
  return [{ change: "cache", value: "fp8", text: "a cache in fp8 (--kv-cache-dtype fp8)" }];
}

function quantization(wish: Wish): readonly Suggestion[] {
  if (!["bf16", "fp32", "fp8", "int8"].includes(wish.quantization)) return [];
  const eightBits = ["fp8", "int8"].includes(wish.quantization);
  return SMALLER.filter((value) => value !== "fp8" || !eightBits).flatMap((value) => smaller(wish, value));
}

/** Alone, or else with the one further change that it then takes. */
function smaller(wish: Wish, value: Quantization): readonly Suggestion[] {
  const result = calculate({ ...wish, quantization: value });
  const what = value === "fp8" ? "weights in fp8" : "weights in 4 bits (another checkpoint: AWQ or GPTQ)";
  if (result.fits) return [{ change: "quantization", value, text: what }];
  const [second] = [...context(result), ...utilization(result.wish)];
  return second === undefined ? [] : [{ change: "quantization", value, text: `${what}, and ${second.text}` }];
}

function gpus(wish: Wish): readonly Suggestion[] {
  const value = PARALLEL.find(
    (count) => count > wish.tensorParallel && calculate({ ...wish, tensorParallel: count }).fits,
  );
  return value === undefined ? [] : [{ change: "tensor-parallel", value, text: `${value} GPUs that share the model` }];
}

/** From `from` down to 1. */
function range(from: number): readonly number[] {
  return Array.from({ length: Math.floor(from) }, (_, index) => Math.floor(from) - index);
}
