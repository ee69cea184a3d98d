/** What is left of a card: the share that one more service can be given, and the known models that would fit in it. */
import type { LanguageModel } from "../model/language-model.ts";
import { type Card, calculate } from "./fit.ts";
import type { Known } from "./known.ts";

export interface Taken {
  /** Undefined: as much as it needs, nobody knows how much. */
  readonly share: number | undefined;
  /** Of those that take turns one is awake at a time. */
  readonly group: string | undefined;
}

export interface RoomLeft {
  /** Of the whole card, in hundredths; 0 where nothing is left. */
  readonly share: number;
  /** What keeps it from being more: what others were given, or what is in use now. */
  readonly limit: "given" | "used";
  /** The largest first. */
  readonly models: readonly Fitting[];
}

export interface Fitting {
  readonly name: string;
  readonly parameters: number;
  readonly context: number;
}

/** vLLM measures again when it starts: what others have then must not be more than what they have now. */
const SPARE = 0.02;
/** Shortest conversation that is worth starting a model for, and the round numbers above it. */
const CONTEXTS = [131_072, 65_536, 32_768, 16_384, 8192];

/** `most` of a card is given out at all. */
export function roomLeft(known: Known, card: Card, taken: readonly Taken[], most: number): RoomLeft {
  const notGiven = most - sumOf(taken);
  const notUsed = (card.freeBytes ?? card.usableBytes) / card.usableBytes - SPARE;
  const share = Math.max(0, Math.floor(Math.min(notGiven, notUsed) * 100 + 1e-6) / 100);
  const models = known.models.flatMap((model) => fitting(model, card, share) ?? []);
  return {
    share,
    limit: notGiven <= notUsed ? "given" : "used",
    models: models.toSorted((a, b) => b.parameters - a.parameters || a.name.localeCompare(b.name)),
  };
}

function sumOf(taken: readonly Taken[]): number {
  const groups = new Map<string, number>();
  let sum = 0;
  for (const { share = 0, group } of taken) {
    if (group === undefined) sum += share;
    else groups.set(group, Math.max(groups.get(group) ?? 0, share));
  }
  return [...groups.values()].reduce((all, one) => all + one, sum);
}

function fitting(model: LanguageModel, card: Card, share: number): Fitting | undefined {
  if (share <= 0) return undefined;
  const contexts = [...new Set(CONTEXTS.map((context) => Math.min(context, model.context)))];
  const context = contexts.find(
    (one) =>
      calculate({
        model,
        card,
        tensorParallel: 1,
        context: one,
        quantization: model.quantization,
        cache: "auto",
        sequences: 1,
        utilization: share,
      }).fits,
  );
  return context === undefined ? undefined : { name: model.name, parameters: model.parameters, context };
}
