/** `gateway-manage load`: percentiles of a model through the gateway with more and more requests at once. */
import { openGateway } from "../apps/gateway.ts";
import { sampleOf } from "../apps/gateway-samples.ts";
import { type LoadLevel, loadLevel, type Tail } from "../apps/load.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { RealHttpStreams } from "../system/http-streams.ts";
import { makeSystem } from "../system/real.ts";
import { askYes } from "./ask.ts";
import { durationText } from "./duration.ts";
import { print, printJson, table } from "./output.ts";
import { makeReporter } from "./progress.ts";
import { oneWord } from "./request-text.ts";
import { whole } from "./whole.ts";

const MOST = { concurrency: 256, seconds: 600, tokens: 4096 } as const;

export interface LoadOptions {
  readonly concurrency: string;
  readonly seconds: string;
  readonly tokens: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Exit code 1 where a question got no answer. */
export async function load(service: IndexedService, model: string, options: LoadOptions): Promise<void> {
  const { atOnce, seconds, tokens } = loadIn(options);
  const system = makeSystem();
  const gateway = await openGateway(system, service);
  if (options.yes !== true) await askYes(`${warning(model, atOnce, seconds, tokens)}\ngo on?`);
  const reporter = makeReporter(process.stderr, () => system.clock.now().getTime());
  const streams = new RealHttpStreams();
  let number = system.clock.now().getTime();
  const ask = () => sampleOf(gateway, streams, { model, content: questionOf(number++), tokens });
  try {
    // Not counted: it may load the model, and says what is wrong before it is wrong a hundred times.
    const first = await ask();
    if (first.error !== undefined)
      throw userError(
        "no-answer",
        `${oneWord(model)}: ${first.error}`,
        `gateway-manage test --model ${oneWord(model)}`,
      );
    const levels: LoadLevel[] = [];
    for (const each of atOnce) {
      const tell = (now: number, ended: number) => reporter.progress(`${now} at once: ${ended} answers`);
      levels.push(await loadLevel(system.clock, { atOnce: each, seconds }, ask, tell));
    }
    if (levels.some(({ errors }) => Object.keys(errors).length > 0)) process.exitCode = 1;
    reporter.note(`${oneWord(model)}: ${seconds} s each, answers of ${tokens} tokens at most`);
    if (options.json === true) printJson({ version: 1, model, seconds, tokens, levels });
    else print(loadText(levels));
  } finally {
    streams.close();
  }
}

export function loadIn({ concurrency, seconds: written, tokens }: LoadOptions) {
  const atOnce = concurrency.split(",").map((text) => whole("--concurrency", text.trim(), MOST.concurrency));
  const seconds = whole("--seconds", written, MOST.seconds);
  const together = atOnce.length * seconds;
  if (together > MOST.seconds)
    throw userError(
      "bad-value",
      `--seconds: ${atOnce.length} times ${seconds} s are ${together} s, at most ${MOST.seconds}`,
    );
  return { atOnce, seconds, tokens: whole("--tokens", tokens, MOST.tokens) };
}

function warning(model: string, atOnce: readonly number[], seconds: number, tokens: number): string {
  const name = oneWord(model);
  return [
    `${name} is asked without a pause, ${atOnce.join(", then ")} at once, for ${seconds} s each; answers have ${tokens} tokens at most.`,
    "This costs tokens, or money where a provider takes it, and whoever uses the model meanwhile waits.",
  ].join("\n");
}

/** Each begins with another number, in another load as well: what a cache, or an engine, remembers must not answer. */
function questionOf(number: number): string {
  return `${number}. Tell a long story about a lighthouse, a heron and a clock that runs backwards. Do not stop early.`;
}

export function loadText(levels: readonly LoadLevel[]): string {
  const head = ["AT ONCE", "ANSWERS", "ERRORS", "REQUESTS/S", "TOKENS/S", "", "P50", "P95", "P99"];
  const rows = levels.flatMap(({ atOnce, answers, errors, requestsPerSecond, tokensPerSecond, ...times }) => {
    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
    const counts = [atOnce, answers, failed].map(String);
    const rates = [requestsPerSecond, tokensPerSecond].map((rate) => rate.toFixed(rate < 10 ? 1 : 0));
    const blank = ["", "", "", "", ""];
    return [
      [...counts, ...rates, "first token", ...tailText(times.firstToken)],
      [...blank, "between tokens", ...tailText(times.betweenTokens)],
      [...blank, "whole", ...tailText(times.whole)],
    ];
  });
  const reasons = levels.flatMap(({ atOnce, errors }) =>
    Object.entries(errors).map(([reason, count]) => `${atOnce} at once: ${count} x ${reason}`),
  );
  return [table([head, ...rows]), ...reasons].join("\n");
}

function tailText(tail: Tail | undefined): readonly string[] {
  return tail === undefined ? ["-", "-", "-"] : [tail.p50, tail.p95, tail.p99].map(durationText);
}
