/** What models answered, and what they did not, in words and as data. */
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
  return [...groupBy(lacking, ({ missing }) => missing ?? "")].map(([reason, all]) => {
    const [first] = all;
    const models = all.map(({ model }) => model).join(", ");
    const places = [...new Set(all.map(({ where }) => where))].join(", ");
    return {
      text: `${models} ${all.length === 1 ? "does" : "do"} not give ${first?.wanted} at ${places}: ${reason}`,
      hint: first?.hint,
      byHand: all.every(({ byHand }) => byHand),
    };
  });
}

export function answerAsJson({ service, model, where, wanted, milliseconds, missing, hint }: Answered): object {
  return { service, model, where, wanted, answered: missing === undefined, milliseconds, missing, hint };
}

/** "qwen gives a token at https://vllm.liminati.internal, in 0.4 s"; what is a person's to bring is said here as well. */
export function answerLines(answers: readonly Answered[]): readonly string[] {
  const given = answers
    .filter(({ missing }) => missing === undefined)
    .map(
      ({ model, wanted, where, milliseconds }) =>
        `${model} gives ${wanted} at ${where}, in ${(milliseconds / 1_000).toFixed(1)} s`,
    );
  const left = missingIn(answers)
    .filter(({ byHand }) => byHand)
    .map(({ text, hint }) => `still to do: ${text}${hint === undefined ? "" : ` (${hint})`}`);
  return [...given, ...left];
}
