/** What came from models and services that were asked, and what did not, in words and as data. */
import { groupBy } from "../model/group-by.ts";
import type { Answered } from "./probes.ts";

export interface Missing {
  readonly text: string;
  readonly hint: string | undefined;
  readonly byHand: boolean;
}

/** Where nobody answers at the door, nothing is said of each room. */
export function missingIn(answers: readonly Answered[]): readonly Missing[] {
  const lacking = answers.filter(({ missing }) => missing !== undefined);
  return [...groupBy(lacking, ({ kind, missing }) => `${kind} ${missing}`)].map(([, all]) => {
    const [first] = all;
    const who = [...new Set(all.map(({ asked }) => asked))];
    const places = [...new Set(all.map(({ where }) => where))].join(", ");
    return {
      text: `${who.join(", ")} ${who.length === 1 ? "does" : "do"} not give ${first?.wanted} at ${places}: ${first?.missing}`,
      hint: first?.hint,
      byHand: all.every(({ byHand }) => byHand),
    };
  });
}

export function answerAsJson({ service, kind, asked, where, wanted, milliseconds, missing, hint }: Answered): object {
  const model = kind === "model" ? { model: asked } : {};
  return {
    service,
    kind,
    asked,
    ...model,
    where,
    wanted,
    answered: missing === undefined,
    milliseconds,
    missing,
    hint,
  };
}

/** "qwen gives a token at https://vllm.liminati.internal, in 0.4 s"; what is a person's to bring is said here as well. */
export function answerLines(answers: readonly Answered[]): readonly string[] {
  const given = answers
    .filter(({ missing }) => missing === undefined)
    .map(
      ({ asked, wanted, where, milliseconds }) =>
        `${asked} gives ${wanted} at ${where}, in ${(milliseconds / 1_000).toFixed(1)} s`,
    );
  const left = missingIn(answers)
    .filter(({ byHand }) => byHand)
    .map(({ text, hint }) => `still to do: ${text}${hint === undefined ? "" : ` (${hint})`}`);
  return [...given, ...left];
}
