/** Models for the memory of a host, and what the configuration would have to say for them: what somebody wrote stays, but that a service is off. */
import { visible } from "../model/visible.ts";
import { type Cards, judgeCards } from "./cards.ts";
import { type Basis, proposeModel } from "./choose-model.ts";
import type { VllmChoice } from "./model-choice.ts";
import {
  isSomebodys,
  leading,
  OLLAMA,
  ownModel,
  type Present,
  type SuggestedEdit,
  stack,
  VLLM,
  withOllama,
  withoutVllm,
  withVllm,
} from "./suggest-edits.ts";

export interface Suggestion {
  /** What was found. */
  readonly found: string;
  /** One for each model, with the reason. */
  readonly models: readonly { readonly name: string; readonly engine: "ollama" | "vllm"; readonly why: string }[];
  readonly edits: readonly SuggestedEdit[];
  /** What is left to a person. */
  readonly remarks: readonly string[];
}

/** gpt-oss:20b is a file of 13.8 GB (ollama.com/library/gpt-oss). */
const OLLAMA_FROM = 14e9;
/** vLLM wants the card to itself, with room for many conversations at once: cards of 24 GB and more. */
const VLLM_FROM = 22e9;

const EXTERNAL =
  "larger models can be asked elsewhere: in providers.yaml  openai: { type: openai, key: openai-key, models: { NAME: {} } }, and its key by sudo install-quadlets secrets set";

/** Undefined where a card is there and nobody can say what it is. */
export function suggestModels(found: Basis, present: Present): Suggestion | undefined {
  const basis = emptied(found, present);
  const { cards } = basis;
  if (cards.unknown.length > 0) return undefined;
  const bytes = cards.usable?.card.usableBytes ?? 0;
  const proposal = bytes >= VLLM_FROM ? proposeModel(basis) : undefined;
  const vllm = proposal?.engine === "vllm" ? proposal : undefined;
  const models = [...(vllm === undefined ? [] : [vllmModel(vllm)]), ...ollamaModels(bytes, vllm !== undefined)];
  const names = models.flatMap(({ engine, name }) => (engine === "ollama" ? [name] : []));
  const isOnCard = cards.usable !== undefined && vllm === undefined;
  const isNew = vllm !== undefined && !ownModel(present);
  const served = isNew ? [{ service: VLLM, name: present.servedName ?? vllm.servedName }] : [];
  const led = [...served, ...names.map((name) => ({ service: OLLAMA, name }))];
  return {
    found: foundText(cards),
    models,
    edits: [
      ...(present.services.includes("gateway") ? [] : [stack(["gateway", "enabled"], true)]),
      ...(vllm === undefined ? withoutVllm(present) : withVllm(vllm, present)),
      ...withOllama(names, isOnCard, present),
      ...leading(led, present),
    ],
    remarks: remarks(vllm, bytes, present),
  };
}

/** What services of the stack use of a card now is theirs to give. */
function emptied(basis: Basis, { services }: Present): Basis {
  if (!services.some((name) => name === VLLM || name === OLLAMA)) return basis;
  const { found, shipped } = basis;
  const gpus = found.gpus.gpus.map((gpu) => ({
    ...gpu,
    usedBytes: 0,
    parts: gpu.parts.map((part) => ({ ...part, usedBytes: 0 })),
  }));
  const empty = { ...found, gpus: { ...found.gpus, gpus } };
  return { ...basis, found: empty, cards: judgeCards(empty, shipped) };
}

function foundText({ usable, passedOver }: Cards): string {
  const others = passedOver.map((text) => `; ${text}`).join("");
  if (usable === undefined) return `no GPU that models could run on${others}`;
  const { card, count } = usable;
  return `${count} x ${visible(card.name)}, ${(card.usableBytes / 1e9).toFixed(1)} GB each${others}`;
}

function vllmModel({ model }: VllmChoice): Suggestion["models"][number] {
  return {
    name: model,
    engine: "vllm",
    why: "the best of those that are known and fit, by the sum of install-quadlets fit",
  };
}

function ollamaModels(bytes: number, beside: boolean): Suggestion["models"] {
  const embedding = { name: "bge-m3", engine: "ollama", why: "for search in documents; 1.2 GB" } as const;
  if (beside) return [{ ...embedding, why: `${embedding.why}, on the processor: vLLM has the card` }];
  if (bytes >= OLLAMA_FROM)
    return [{ name: "gpt-oss:20b", engine: "ollama", why: "14 GB, which this card holds" }, embedding];
  const where = bytes === 0 ? "runs on a processor" : "leaves room on a card of less than 14 GB";
  return [{ name: "tinyllama", engine: "ollama", why: `0.6 GB: it ${where}, and is for trying things out` }];
}

function remarks(vllm: VllmChoice | undefined, bytes: number, present: Present): readonly string[] {
  const stays = vllm === undefined && present.services.includes(VLLM) && isSomebodys(present);
  return [
    ...(stays ? [`${VLLM} is on, and wants a card to itself: ${VLLM}: { enabled: false } makes room`] : []),
    ...(vllm !== undefined && ownModel(present) ? [`stack.yaml names a model for ${VLLM} already: it stays`] : []),
    ...(vllm !== undefined && !ownModel(present) && present.servedName !== undefined
      ? [`${VLLM} is still asked for as ${visible(present.servedName)}, which the files of the site may say`]
      : []),
    ...(vllm?.gated === true
      ? [`${vllm.model} asks for a token: sudo install-quadlets secrets set ${VLLM}/hf-token`]
      : []),
    ...(bytes < OLLAMA_FROM ? [EXTERNAL] : []),
  ];
}
