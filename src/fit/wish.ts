/** What somebody typed after `fit`, made whole: the card, the model, and defaults like those of the shipped vLLM service. */
import { userError } from "../model/diagnostic.ts";
import type { GpuFacts } from "../model/gpu.ts";
import type { LanguageModel, Quantization } from "../model/language-model.ts";
import { visible } from "../model/visible.ts";
import type { Card, Wish } from "./fit.ts";
import { type Known, parseCard, parseQuantization } from "./known.ts";

export interface Typed {
  readonly gpu?: string;
  readonly tp?: string;
  readonly context?: string;
  readonly quantization?: string;
  readonly kvCacheDtype?: string;
  readonly sequences?: string;
  readonly utilization?: string;
}

/** As in config/services/vllm-qwen.yaml. */
const UTILIZATION = 0.9;
const CONTEXT = 32_768;

export function makeWish(
  known: Known,
  found: { model: LanguageModel; quantization: Quantization },
  typed: Typed,
  there: GpuFacts,
): Wish {
  const { model } = found;
  return {
    model,
    card: typed.gpu === undefined ? cardOf(there) : parseCard(known, typed.gpu),
    tensorParallel: whole("--tp", typed.tp, 64) ?? 1,
    context: whole("--context", typed.context, 100_000_000) ?? Math.min(CONTEXT, model.context),
    quantization: typed.quantization === undefined ? found.quantization : parseQuantization(typed.quantization),
    cache: cacheType(typed.kvCacheDtype),
    sequences: whole("--sequences", typed.sequences, 100_000) ?? 1,
    utilization: share(typed.utilization),
  };
}

/** Tensor parallelism splits evenly, so the smallest of several decides. */
function cardOf({ gpus, trouble }: GpuFacts): Card {
  const offered = gpus.map(({ totalBytes, reservedBytes, usedBytes, parts, ...gpu }) => ({
    ...gpu,
    cut: parts.length > 0,
    usable: totalBytes - reservedBytes,
    free: totalBytes - reservedBytes - usedBytes,
  }));
  const smallest = [...offered].sort((a, b) => a.usable - b.usable)[0];
  if (smallest === undefined) {
    const why = trouble.length === 0 ? "" : ` (${visible(trouble.join("; "))})`;
    throw userError(
      "no-gpu",
      `there is no GPU here that could be asked${why}`,
      "say which one is meant: --gpu 24G, --gpu H100",
    );
  }
  if (offered.some(({ cut }) => cut)) {
    throw userError("no-gpu", "a GPU of this host is cut into parts (MIG)", "say how large the part is: --gpu 20G");
  }
  return {
    name: visible(smallest.name),
    usableBytes: smallest.usable,
    freeBytes: Math.max(...offered.map(({ free }) => free)),
    count: gpus.length,
  };
}

function whole(flag: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw userError(
    "bad-value",
    `${flag} wants a whole number from 1 to ${most}, found ${JSON.stringify(visible(text))}`,
  );
}

function share(text: string | undefined): number {
  if (text === undefined) return UTILIZATION;
  const value = /^(\d*\.)?\d+$/.test(text) ? Number(text) : 0;
  if (value > 0 && value <= 1) return value;
  throw userError(
    "bad-value",
    `--utilization wants a number over 0 and up to 1, found ${JSON.stringify(visible(text))}`,
  );
}

function cacheType(text: string | undefined): "auto" | "fp8" {
  if (text === undefined || ["auto", "bfloat16", "float16"].includes(text)) return "auto";
  if (/^fp8(_e[45]m[23])?$/.test(text)) return "fp8";
  throw userError("bad-value", `--kv-cache-dtype wants auto or fp8, found ${JSON.stringify(visible(text))}`);
}
