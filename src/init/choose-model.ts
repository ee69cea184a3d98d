/** The best model that the memory of a host holds, or the one that somebody named, judged by the same sum. */
import { calculate, type Fit, type Wish } from "../fit/fit.ts";
import { type Found as FoundModel, findModel, type Known } from "../fit/known.ts";
import { whatToLower } from "../fit/lower.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import { GIB } from "../model/size.ts";
import { visible } from "../model/visible.ts";
import { CANDIDATES, CPU_CANDIDATES, isGated, mannerOf } from "./candidates.ts";
import type { Cards, Usable } from "./cards.ts";
import type { Found, Shipped } from "./found.ts";
import type { LlamaChoice, ModelChoice, VllmChoice } from "./model-choice.ts";

/** As the shipped service has it. */
const UTILIZATION = 0.9;
/** vLLM measures again when it starts: what others have then must not be more than what they have now. */
const SPARE = 0.02;
/** Less is no share of a card that a model is worth starting in. */
const LEAST_UTILIZATION = 0.3;
const CONTEXTS = [131_072, 65_536, 32_768, 16_384, 8192, 4096];
/** A conversation, and documents beside it. */
const GOOD_CONTEXT = 16_384;
const PARALLEL = [1, 2, 4, 8];

/** All that a model is chosen by. */
export interface Basis {
  readonly known: Known;
  readonly cards: Cards;
  readonly found: Found;
  readonly shipped: Shipped;
}

/** Undefined where nobody can say what the card is: then a person has to. */
export function proposeModel({ known, cards, found, shipped }: Basis): ModelChoice | undefined {
  if (cards.unknown.length > 0) return undefined;
  const { usable } = cards;
  if (usable === undefined) return proposeLlama(found, shipped);
  for (const least of [GOOD_CONTEXT, CONTEXTS.at(-1) ?? 0]) {
    for (const { name, newer } of CANDIDATES) {
      if (newer === true && usable.noBfloat) continue;
      const fit = bestFit(findModel(known, name), usable);
      if (fit !== undefined && fit.wish.context >= least) return vllm(name, usable, fit);
    }
  }
  return { engine: "none" };
}

/** Throws a UserError where it does not fit, with what would. */
export function nameModel({ known, cards, found, shipped }: Basis, name: string): ModelChoice {
  if (name === "none") return { engine: "none" };
  if (!/^[A-Za-z0-9][\w.-]*\/[\w.-]+(:[\w.-]+)?$/.test(name)) {
    throw userError(
      "bad-value",
      `${visible(name)} is no name of a model`,
      "PUBLISHER/MODEL as on Hugging Face, or none",
    );
  }
  if (/gguf/i.test(name)) {
    return { ...llamaOn(found, shipped), repository: name, gigabytes: undefined, servedName: shortName(name) };
  }
  const { usable } = cards;
  const model = lookUp(known, name);
  if (usable === undefined && cards.unknown.length === 0) {
    throw userError(
      "no-gpu",
      `there is no GPU here that vLLM could run ${name} on`,
      "without one llama.cpp runs models whose name ends in GGUF, for example Qwen/Qwen3-4B-GGUF:Q4_K_M",
    );
  }
  if (usable === undefined || model === undefined) return vllm(name, usable, undefined);
  const fit = bestFit(model, usable);
  if (fit !== undefined) return vllm(name, usable, fit);
  throw userError(
    "does-not-fit",
    `${name} does not fit on ${usable.count} x ${usable.card.name}`,
    wouldFit(model, usable),
  );
}

function lookUp(known: Known, name: string): FoundModel | undefined {
  try {
    return findModel(known, name);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** On as few cards as hold it with a good context, and else on as many as give it the longest. */
function bestFit({ model, quantization }: FoundModel, { card, count }: Usable): Fit | undefined {
  const fits = PARALLEL.filter((number) => number <= count).flatMap((tensorParallel) => {
    const wish = { model, card, tensorParallel, quantization, cache: "auto" as const, sequences: 1 };
    return longest({ ...wish, utilization: utilizationOf(card) }) ?? [];
  });
  return (
    fits.find(({ wish }) => wish.context >= GOOD_CONTEXT) ?? fits.sort((a, b) => b.wish.context - a.wish.context)[0]
  );
}

/** More than a good one only where there is room for two of them at once. */
function longest(wish: Omit<Wish, "context">): Fit | undefined {
  const all = CONTEXTS.filter((context) => context <= wish.model.context).map((context) =>
    calculate({ ...wish, context }),
  );
  return all.find(
    ({ fits, fullRequests, wish: { context } }) => fits && (context <= GOOD_CONTEXT || fullRequests >= 2),
  );
}

/** Whatever else uses the card keeps what it has. */
function utilizationOf({ usableBytes, freeBytes = usableBytes }: Usable["card"]): number {
  if (freeBytes >= usableBytes * UTILIZATION) return UTILIZATION;
  const share = Math.floor((freeBytes / usableBytes - SPARE) * 100) / 100;
  return Math.max(share, LEAST_UTILIZATION);
}

function wouldFit({ model, quantization }: FoundModel, { card, count }: Usable): string {
  const wish = { model, card, quantization, context: Math.min(GOOD_CONTEXT, model.context), cache: "auto" as const };
  const most = Math.max(...PARALLEL.filter((number) => number <= count));
  const result = calculate({ ...wish, sequences: 1, tensorParallel: most, utilization: utilizationOf(card) });
  const ways = whatToLower(result).map(({ text }) => text);
  return ways.length === 0
    ? "a smaller model; fit says which number is in the way"
    : `what would do: ${ways.join("; or ")}`;
}

function vllm(model: string, usable: Usable | undefined, fit: Fit | undefined): VllmChoice {
  const { tools, reasoning } = mannerOf(model);
  return {
    engine: "vllm",
    model,
    servedName: shortName(model),
    usable,
    fit,
    tools,
    reasoning,
    gated: isGated(model),
  };
}

function proposeLlama(found: Found, shipped: Shipped): LlamaChoice {
  const host = found.memoryBytes / 1e9;
  const best = CPU_CANDIDATES.find(({ hostGigabytes }) => host >= hostGigabytes);
  const { repository, servedName, gigabytes } = best ?? { repository: "", servedName: "", gigabytes: 0 };
  return { ...llamaOn(found, shipped), repository, servedName, gigabytes };
}

/** Half of the host: the rest is for everything else. */
function llamaOn(
  { memoryBytes }: Found,
  { llamaVersion }: Shipped,
): Pick<LlamaChoice, "engine" | "version" | "memoryGigabytes"> {
  const memoryGigabytes = Math.max(4, Math.floor(memoryBytes / GIB / 2));
  return { engine: "llama-cpp", version: llamaVersion.replace("-cuda", ""), memoryGigabytes };
}

/** Short enough to type: "Qwen/Qwen3-8B-AWQ" is qwen3-8b-awq, and the repository of a GGUF loses that ending. */
function shortName(model: string): string {
  const [, name = model] = /\/([^:]+)/.exec(model) ?? [];
  return name.toLowerCase().replace(/-gguf$/, "");
}
