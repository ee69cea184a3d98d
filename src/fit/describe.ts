/** The sum line by line for a person, and as data for a machine. */
import { GIB } from "../model/size.ts";
import type { Fit } from "./fit.ts";
import { whatToLower } from "./lower.ts";
import { fullLayers } from "./memory.ts";

/** Where numbers that are only estimated leave so little, it may go the other way. */
const TIGHT = 0.05;

export function fitText(result: Fit): string {
  const { wish, sum } = result;
  const { model, card } = wish;
  const several = wish.tensorParallel > 1 ? ", for each of them" : "";
  const rows: readonly (readonly [string, number, string])[] = [
    ["budget", sum.budget, `${gib(card.usableBytes)} of ${card.name} x utilization ${wish.utilization}`],
    ["weights", -sum.weights, weightsWord(result)],
    ["CUDA", -sum.fixed, `context, libraries, graphs${wish.tensorParallel > 1 ? ", NCCL" : ""} (estimated)`],
    ["activations", -sum.activations, `${sum.batchedTokens} tokens at once (estimated)`],
    ["logits", -sum.logits, `${sum.requests} requests at once (estimated)`],
    ["left for cache", sum.available, ""],
    ["KV cache", -sum.cache, cacheWord(result)],
    ["spare", sum.spare, ""],
  ];
  return [
    `${model.name} (${wish.quantization}) on ${wish.tensorParallel} x ${card.name}${several}`,
    ...rows.map(([what, bytes, why]) => `  ${what.padEnd(15)}${gib(bytes).padStart(11)}  ${why}`.trimEnd()),
    "",
    ...verdict(result),
  ].join("\n");
}

function weightsWord({ wish: { model, quantization, tensorParallel } }: Fit): string {
  const measured = quantization === model.quantization && model.weightBytes !== undefined;
  const what = measured
    ? "size of the checkpoint"
    : `${(model.parameters / 1e9).toFixed(1)} billion in ${quantization}`;
  return tensorParallel > 1 ? `${what} / ${tensorParallel}` : what;
}

function cacheWord({ wish, sum }: Fit): string {
  const { model, context, sequences, cache } = wish;
  const layers = `${sum.cachePerToken} B x ${fullLayers(model)} layers x ${context} tokens`;
  const window = model.window === undefined ? "" : `, ${model.window.layers} layers keep ${model.window.tokens}`;
  return `${layers}${window}${sequences > 1 ? `, ${sequences} times` : ""}${cache === "fp8" ? " (fp8)" : ""}`;
}

function verdict(result: Fit): readonly string[] {
  const { wish, sum, fits, refused, longestContext, fullRequests } = result;
  if (fits) {
    const tight =
      sum.spare < sum.budget * TIGHT ? [`  tight: only ${gib(sum.spare)} is left of what is partly estimated`] : [];
    const longest = longestContext > wish.context ? `, and up to ${longestContext} tokens would` : "";
    return [`fits: ${fullRequests} requests of ${wish.context} tokens at once${longest}`, ...tight];
  }
  const reasons = refused.length > 0 ? refused : [`${gib(-sum.spare)} too little on each GPU`];
  const suggestions = whatToLower(result);
  return [
    ...reasons.map((reason) => `does not fit: ${reason}`),
    ...(suggestions.length === 0
      ? ["no single change makes it fit: take a smaller model, or several of these together"]
      : ["any one of these would do:", ...suggestions.map(({ text }) => `  ${text}`)]),
  ];
}

export function fitJson(result: Fit): object {
  const { wish, sum, fits, refused, longestContext, fullRequests } = result;
  const { model, card, ...asked } = wish;
  return {
    version: 1,
    fits,
    model: model.name,
    source: model.source,
    gpu: { name: card.name, usableBytes: Math.round(card.usableBytes), freeBytes: card.freeBytes ?? null },
    asked,
    bytes: Object.fromEntries(Object.entries(sum).map(([key, value]) => [key, Math.round(value)])),
    longestContext,
    fullRequests,
    refused,
    suggestions: whatToLower(result),
  };
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(2)} GiB`;
}
