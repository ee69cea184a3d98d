/** `vllm-manage bench`: how fast a model answers, alone and many at once, through the proxy and directly. */
import { type Measured, bench as measure, type Wanted } from "../apps/bench.ts";
import type { Level } from "../apps/bench-stats.ts";
import type { Way } from "../apps/model-question.ts";
import { readIndex } from "../apps/service-index.ts";
import type { IndexedService } from "../model/index-file.ts";
import { RealHttpStreams } from "../system/http-streams.ts";
import { makeSystem } from "../system/real.ts";
import { spreadText } from "./duration.ts";
import { print, printJson, table } from "./output.ts";
import { makeReporter } from "./progress.ts";
import { whole } from "./whole.ts";

export interface BenchOptions {
  readonly concurrency: string;
  readonly requests?: string;
  readonly seconds: string;
  readonly tokens: string;
  readonly way?: Way;
  readonly json?: boolean;
}

/** Exit code 1 where a question got no answer. */
export async function bench(service: IndexedService, options: BenchOptions): Promise<void> {
  const wanted = wantedIn(options);
  const system = makeSystem();
  const index = await readIndex(system);
  const reporter = makeReporter(process.stderr, () => system.clock.now().getTime());
  const streams = new RealHttpStreams();
  try {
    const measured = await measure(system, streams, index, service, wanted, (way, atOnce, done, of) =>
      reporter.progress(`${wayText(way)}, ${atOnce} at once: ${done} of ${of} answers`),
    );
    const failed = measured.some(({ levels }) => levels.some(({ errors }) => Object.keys(errors).length > 0));
    if (failed) process.exitCode = 1;
    reporter.note(`${service.name}: answers of ${wanted.tokens} tokens at most`);
    if (options.json === true) printJson({ version: 1, service: service.name, tokens: wanted.tokens, measured });
    else print(benchText(measured));
  } finally {
    streams.close();
  }
}

const MOST = { concurrency: 256, requests: 10_000, seconds: 600, tokens: 4096 } as const;

export function wantedIn({ concurrency, requests, seconds, tokens, way }: BenchOptions): Wanted {
  const each = requests === undefined ? undefined : whole("--requests", requests, MOST.requests);
  return {
    ways: way === undefined ? ["proxy", "direct"] : [way],
    atOnce: concurrency.split(",").map((text) => whole("--concurrency", text.trim(), MOST.concurrency)),
    // Enough for a median of its own, and not minutes of it.
    requests: (atOnce) => each ?? Math.max(8, 3 * atOnce),
    seconds: whole("--seconds", seconds, MOST.seconds),
    tokens: whole("--tokens", tokens, MOST.tokens),
  };
}

function wayText(way: Way): string {
  return { proxy: "through the proxy", direct: "directly" }[way];
}

export function benchText(measured: readonly Measured[]): string {
  const head = ["", "AT ONCE", "ANSWERS", "ERRORS", "FIRST TOKEN", "(90 %)", "BETWEEN TOKENS", "(90 %)", "TOKENS/S"];
  const rows = measured.flatMap(({ way, levels }) => levels.map((level) => rowOf(way, level)));
  const reasons = measured.flatMap(({ way, levels }) =>
    levels.flatMap(({ atOnce, errors }) =>
      Object.entries(errors).map(([reason, count]) => `${wayText(way)}, ${atOnce} at once: ${count} x ${reason}`),
    ),
  );
  return [table([head, ...rows]), ...reasons].join("\n");
}

function rowOf(
  way: Way,
  { atOnce, answers, errors, firstToken, betweenTokens, tokensPerSecond }: Level,
): readonly string[] {
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return [
    wayText(way),
    String(atOnce),
    String(answers),
    String(failed),
    ...spreadText(firstToken),
    ...spreadText(betweenTokens),
    tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0),
  ];
}
