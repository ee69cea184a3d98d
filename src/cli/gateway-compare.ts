/** `gateway-manage compare`: the same questions to several models by turns, side by side. */
import { type Compared, compare as measure } from "../apps/compare.ts";
import { openGateway } from "../apps/gateway.ts";
import { sampleOf } from "../apps/gateway-samples.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { RealHttpStreams } from "../system/http-streams.ts";
import { makeSystem } from "../system/real.ts";
import { spreadText } from "./duration.ts";
import { print, printJson, table } from "./output.ts";
import { makeReporter } from "./progress.ts";
import { oneWord } from "./request-text.ts";
import { whole } from "./whole.ts";

/** Of several kinds: something short, something to reason about, something to write. */
const PROMPTS = [
  "Name the planets from the sun outwards, without a word besides.",
  "A train leaves at 9:40 and arrives at 13:05. How long does it take? Explain in two sentences.",
  "Write a function that tells whether a text is a palindrome, and say what it does with spaces.",
] as const;
const MOST = { models: 8, runs: 100, tokens: 4096 } as const;

export interface CompareOptions {
  readonly prompt?: string;
  readonly runs: string;
  readonly tokens: string;
  readonly json?: boolean;
}

/** Exit code 1 where a question got no answer. */
export async function compare(
  service: IndexedService,
  models: readonly string[],
  options: CompareOptions,
): Promise<void> {
  const comparison = comparisonIn(models, options);
  const system = makeSystem();
  const gateway = await openGateway(system, service);
  const reporter = makeReporter(process.stderr, () => system.clock.now().getTime());
  const streams = new RealHttpStreams();
  try {
    const compared = await measure(
      { ...comparison, mark: system.clock.now().getTime() },
      (asked) => sampleOf(gateway, streams, asked),
      (model, done, of) => reporter.progress(`${oneWord(model)}: ${done} of ${of} answers`),
    );
    if (compared.some(({ errors }) => Object.keys(errors).length > 0)) process.exitCode = 1;
    const { runs, tokens } = comparison;
    reporter.note(
      `${runs} answers of each, of ${tokens} tokens at most, one at a time; the first of each is not counted`,
    );
    if (options.json === true) printJson({ version: 1, runs, tokens, models: compared });
    else print(compareText(compared));
  } finally {
    streams.close();
  }
}

export function comparisonIn(models: readonly string[], { prompt, runs, tokens }: CompareOptions) {
  const twice = models.find((model, index) => models.indexOf(model) !== index);
  if (twice !== undefined) throw userError("bad-value", `${oneWord(twice)} is there twice`);
  if (models.length < 2)
    throw userError("bad-value", "it takes two models to compare", "gateway-manage test --model NAME asks one");
  if (models.length > MOST.models)
    throw userError("bad-value", `at most ${MOST.models} models, found ${models.length}`);
  return {
    models,
    prompts: prompt === undefined ? PROMPTS : [prompt],
    runs: whole("--runs", runs, MOST.runs),
    tokens: whole("--tokens", tokens, MOST.tokens),
  };
}

export function compareText(compared: readonly Compared[]): string {
  const head = ["MODEL", "ANSWERS", "ERRORS", "FIRST TOKEN", "(90 %)", "BETWEEN TOKENS", "(90 %)", "TOKENS/S"];
  const rows = compared.map(({ model, answers, errors, firstToken, betweenTokens, tokensPerSecond }) => [
    oneWord(model),
    String(answers),
    String(Object.values(errors).reduce((sum, count) => sum + count, 0)),
    ...spreadText(firstToken),
    ...spreadText(betweenTokens),
    tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0),
  ]);
  const reasons = compared.flatMap(({ model, errors }) =>
    Object.entries(errors).map(([reason, count]) => `${oneWord(model)}: ${count} x ${reason}`),
  );
  return [table([head, ...rows]), ...reasons].join("\n");
}
