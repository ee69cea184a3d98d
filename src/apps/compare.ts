/** The same questions to several models by turns, and how each answered. */
import { type Level, levelOf } from "./bench-stats.ts";
import type { Asked } from "./gateway-samples.ts";
import type { TimedSample } from "./stream-sample.ts";

export interface Compared extends Level {
  readonly model: string;
}

export interface Comparison {
  readonly models: readonly string[];
  readonly prompts: readonly string[];
  readonly runs: number;
  readonly tokens: number;
  /** No comparison before had it. */
  readonly mark: number;
}

/** One at a time: nobody is measured while another one works on the same card. The first of each, which may load it, is not counted. */
export async function compare(
  { models, prompts, runs, tokens, mark }: Comparison,
  ask: (asked: Asked) => Promise<TimedSample>,
  tell: (model: string, done: number, of: number) => void,
): Promise<readonly Compared[]> {
  const samples = new Map<string, TimedSample[]>(models.map((model) => [model, []]));
  for (let run = 0; run <= runs; run++) {
    for (const model of turned(models, run)) {
      tell(model, run, runs);
      // Another number in front each time: what a cache, or an engine, remembers of the one before must not answer.
      const sample = await ask({ model, content: `${mark + run}. ${prompts[run % prompts.length] ?? ""}`, tokens });
      if (run > 0) samples.get(model)?.push(sample);
    }
  }
  return [...samples].map(([model, all]) => ({
    model,
    ...levelOf(
      1,
      all,
      all.reduce((sum, one) => sum + one.milliseconds, 0),
    ),
  }));
}

/** Another one first each time. */
function turned(models: readonly string[], by: number): readonly string[] {
  const at = by % models.length;
  return [...models.slice(at), ...models.slice(0, at)];
}
