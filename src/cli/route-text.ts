/** The way of a question through the gateway as lines and as JSON: mapping, providers in turn, who steps in, who answered. */
import type { SeenTurn } from "../apps/look-at-turns.ts";
import type { Answered } from "../apps/try-model.ts";
import type { Way } from "../gateway/explain.ts";
import { visible } from "../model/visible.ts";
import { durationText } from "./duration.ts";

export interface SeenWay extends Way {
  readonly turns: readonly SeenTurn[];
}

type Rows = readonly (readonly string[])[];

export function wayRows(way: SeenWay | undefined): Rows {
  if (way === undefined) return [];
  const { turns, fallbacks, contextFallbacks } = way;
  return [
    ["mapping", mappingText(way)],
    ...turns.map((turn, index) => [index === 0 ? "in turn" : "", turnText(turn)]),
    ["if all fail", fallbacks.join(", then ") || "no other name"],
    ["if too long", contextFallbacks.join(", then ") || "no other name"],
  ];
}

function mappingText({ mapping, by, name }: Way): string {
  switch (by) {
    case "name":
      return `${mapping}, by its name`;
    case "alias":
      return mapping === name ? `${mapping}, by an alias` : `${name} of the pattern ${mapping}, by an alias`;
    case "pattern":
      return `the pattern ${mapping}`;
    default:
      return by satisfies never;
  }
}

function turnText(turn: SeenTurn): string {
  const share = turn.isActive ? `, ${turn.share} %` : "";
  return `${turn.provider}: ${turn.model}${share}: ${stateText(turn)}`;
}

function stateText({ isActive, answers, state }: SeenTurn): string {
  if (!isActive) return "disabled in providers.yaml";
  if (answers === false) return "nobody answers there";
  if (state === "out") return "out of the rotation for a while, or not asked since";
  if (state === "failed") return "it failed when it was last asked";
  return answers === true ? "answers" : "outside of this host, not asked";
}

/** Where it is stuck, as far as that is seen from here. */
export function hintOf(way: SeenWay | undefined, gateway: string): string {
  const active = way?.turns.filter(({ isActive }) => isActive) ?? [];
  if (way !== undefined && active.length === 0)
    return "set status: active in providers.yaml for one of them; then sudo install-quadlets";
  const silent = active.find(({ answers }) => answers === false);
  if (silent !== undefined)
    return silent.service === undefined
      ? `start what should answer at ${silent.baseUrl}`
      : `sudo svc status ${silent.service}`;
  return `sudo svc logs ${gateway}`;
}

export function answerRows({ model, answerer, input, output, firstToken, milliseconds }: Answered): Rows {
  const { name = model ?? "not said", address, retries, fallbacks } = answerer;
  const tries = retries === undefined || fallbacks === undefined ? "" : `, retries ${retries}, fallbacks ${fallbacks}`;
  return [
    ["answered by", visible(`${name}${address === undefined ? "" : ` at ${address}`}${tries}`)],
    ["first token", firstToken === undefined ? "not said" : durationText(firstToken)],
    ["took", durationText(milliseconds)],
    ["tokens", input === undefined || output === undefined ? "not said" : `${input} in, ${output} out`],
  ];
}

export function answerJson({ answerer, firstToken, milliseconds, ...answer }: Answered): object {
  const { name, address, retries, fallbacks, dollars } = answerer;
  return {
    ...answer,
    milliseconds: Math.round(milliseconds),
    firstTokenMilliseconds: firstToken === undefined ? null : Math.round(firstToken),
    answeredBy: {
      name: name ?? null,
      address: address ?? null,
      retries: retries ?? null,
      fallbacks: fallbacks ?? null,
      dollars: dollars ?? null,
    },
  };
}

export function wayJson(way: SeenWay | undefined): object | null {
  if (way === undefined) return null;
  const turns = way.turns.map(({ service, baseUrl, answers, state, ...turn }) => ({
    ...turn,
    service: service ?? null,
    address: baseUrl ?? null,
    answers: answers ?? null,
    state: state ?? null,
  }));
  return { ...way, turns };
}
