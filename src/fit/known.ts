/** The table of known models and cards (config/models.json), and how names that people type are found in it. */
import { UserError, userError } from "../model/diagnostic.ts";
import { type LanguageModel, QUANTIZATIONS, type Quantization } from "../model/language-model.ts";
import { GIB } from "../model/size.ts";
import { suggestNear } from "../model/suggest.ts";
import { visible } from "../model/visible.ts";
import type { Card } from "./fit.ts";
import { weightBytes } from "./memory.ts";

export interface KnownCard {
  readonly name: string;
  /** As torch reports it. */
  readonly usableGib: number;
  readonly source: string;
}

export interface Known {
  readonly models: readonly LanguageModel[];
  readonly cards: readonly KnownCard[];
}

export function parseKnown(text: string): Known {
  return JSON.parse(text) as Known;
}

export interface Found {
  readonly model: LanguageModel;
  readonly quantization: Quantization;
}

/** How publishers end the names of quantized checkpoints: "Qwen3-8B-FP8", "Qwen2.5-7B-Instruct-GPTQ-Int4". */
const ENDINGS: readonly (readonly [RegExp, Quantization])[] = [
  [/-(fp8|fp8-dynamic)$/i, "fp8"],
  [/-awq(-int4)?$/i, "awq"],
  [/-gptq(-int4)?$/i, "gptq"],
  [/-(int4|4bit|w4a16|quantized\.w4a16)$/i, "int4"],
  [/-(int8|gptq-int8|w8a8|quantized\.w8a8)$/i, "int8"],
  [/-nvfp4$/i, "nvfp4"],
];

/** With or without whose it is, in any case, and with the ending of a quantized checkpoint. */
export function findModel(known: Known, typed: string): Found {
  const exact = lookUp(known, typed);
  if (exact !== undefined) return { model: exact, quantization: exact.quantization };
  for (const [ending, quantization] of ENDINGS) {
    const model = ending.test(typed) ? lookUp(known, typed.replace(ending, "")) : undefined;
    if (model !== undefined) return { model, quantization };
  }
  const names = known.models.map(({ name }) => name);
  throw userError(
    "unknown-name",
    `no model is known by the name ${visible(typed)}`,
    suggestNear(typed, [...names, ...names.map(short)]) ??
      "--config FILE reads the config.json of a model (a Hugging Face cache has it); --list names those that are known",
  );
}

/** Bytes of the whole checkpoint, about; undefined for one that is not known. */
export function knownWeights(known: Known, name: string): number | undefined {
  try {
    const { model, quantization } = findModel(known, name);
    return Math.round(weightBytes(model, quantization));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function lookUp(known: Known, typed: string): LanguageModel | undefined {
  const same = (name: string) => name.toLowerCase() === typed.toLowerCase();
  return known.models.find(({ name }) => same(name)) ?? known.models.find(({ name }) => same(short(name)));
}

function short(name: string): string {
  return name.split("/").at(-1) ?? name;
}

/** Names of vLLM's that mean the same arithmetic. */
const OTHER_NAMES: Readonly<Record<string, Quantization>> = {
  none: "bf16",
  fp16: "bf16",
  half: "bf16",
  float16: "bf16",
  bfloat16: "bf16",
  float: "fp32",
  float32: "fp32",
  awq_marlin: "awq",
  gptq_marlin: "gptq",
  fbgemm_fp8: "fp8",
  w8a8: "int8",
  w4a16: "int4",
};

export function parseQuantization(typed: string): Quantization {
  const name = typed.toLowerCase();
  const found = QUANTIZATIONS.find((known) => known === name) ?? OTHER_NAMES[name];
  if (found !== undefined) return found;
  const near = suggestNear(name, [...QUANTIZATIONS, ...Object.keys(OTHER_NAMES)]);
  const hint = near ?? `there are ${QUANTIZATIONS.join(", ")}`;
  throw userError("bad-value", `${visible(typed)} is no quantization that can be calculated`, hint);
}

/** Of memory as it is sold, CUDA offers about that much; a card with ECC less, which its name tells. */
const OFFERED = 0.98;

/** "24G" as it is sold, or a card: "H100", "NVIDIA GeForce RTX 4090". */
export function parseCard(known: Known, typed: string): Card {
  const size = /^(\d+(?:\.\d+)?)\s*(?:g|gb|gib)$/i.exec(typed)?.[1];
  if (size !== undefined && Number(size) > 0) return { name: typed, usableBytes: Number(size) * OFFERED * GIB };
  const card = findCard(known, typed);
  if (card !== undefined) return { name: card.name, usableBytes: card.usableGib * GIB };
  const names = known.cards.map(({ name }) => name);
  const near = /^\d+\D?$/.test(typed) ? undefined : suggestNear(typed, names);
  throw userError(
    "unknown-name",
    `no GPU is known by the name ${visible(typed)}`,
    near ?? `say its memory (--gpu 24G), or one of ${names.join(", ")}`,
  );
}

function findCard({ cards }: Known, typed: string): KnownCard | undefined {
  const wanted = plain(typed);
  const same = (what: string) => cards.find(({ name }) => plain(name) === what);
  const exact = same(wanted) ?? same(wanted.replace(/-\d+g$/, ""));
  if (exact !== undefined) return exact;
  // Where there are two sizes, "A100" is the smaller one: what fits there fits on both.
  const starting = cards.filter(({ name }) => plain(name).startsWith(`${wanted}-`));
  return [...starting].sort((a, b) => a.usableGib - b.usableGib)[0];
}

/** "NVIDIA GeForce RTX 4090" and "rtx4090" are one card; "NVIDIA A100-SXM4-80GB" is the one of 80 GB. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s-]+(\d+)\s?gb?\b/, "-$1g")
    .replace(/nvidia|geforce|tesla|amd|instinct|generation|-?(sxm\d?|pcie|hbm\d?e?)|\s/g, "")
    .replace(/^rtx/, "");
}
