/** As many requests at once as are asked for, one after another, for so long: what a model stands, and what waits then. */
import type { Clock } from "../system/interfaces.ts";
import { Histogram } from "./histogram.ts";
import type { TimedSample } from "./stream-sample.ts";

/** Milliseconds. */
export interface Tail {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface LoadLevel {
  readonly atOnce: number;
  /** Until the last answer was there. */
  readonly seconds: number;
  readonly answers: number;
  /** How often by reason. */
  readonly errors: Readonly<Record<string, number>>;
  readonly firstToken: Tail | undefined;
  readonly betweenTokens: Tail | undefined;
  readonly whole: Tail | undefined;
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly requestsPerSecond: number;
}

/** A gateway may say something else each time. */
const MOST_REASONS = 20;
const OTHERS = "(other reasons)";
/** Where each request is refused, asking at once again would only fill the log. */
const PAUSE_MS = 500;

export async function loadLevel(
  clock: Clock,
  { atOnce, seconds }: { readonly atOnce: number; readonly seconds: number },
  ask: () => Promise<TimedSample>,
  tell: (atOnce: number, ended: number) => void,
): Promise<LoadLevel> {
  const sums = new LoadSums();
  const began = clock.now().getTime();
  const since = () => clock.now().getTime() - began;
  let ended = 0;
  tell(atOnce, ended);
  const work = async (): Promise<void> => {
    while (since() < seconds * 1000) {
      const sample = await ask();
      sums.add(sample);
      ended += 1;
      tell(atOnce, ended);
      if (sample.error !== undefined) await clock.sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return sums.end(atOnce, since() / 1000);
}

class LoadSums {
  readonly #first = new Histogram();
  readonly #between = new Histogram();
  readonly #whole = new Histogram();
  readonly #errors = new Map<string, number>();
  #answers = 0;
  #tokens = 0;

  add({ error, firstToken, gaps, milliseconds, tokens }: TimedSample): void {
    if (error !== undefined) {
      const reason = this.#errors.size < MOST_REASONS || this.#errors.has(error) ? error : OTHERS;
      this.#errors.set(reason, (this.#errors.get(reason) ?? 0) + 1);
      return;
    }
    this.#answers += 1;
    this.#tokens += tokens;
    if (firstToken !== undefined) this.#first.add(firstToken);
    for (const gap of gaps) this.#between.add(gap);
    this.#whole.add(milliseconds);
  }

  end(atOnce: number, seconds: number): LoadLevel {
    const rate = (count: number) => (seconds > 0 ? count / seconds : 0);
    return {
      atOnce,
      seconds,
      answers: this.#answers,
      errors: Object.fromEntries(this.#errors),
      firstToken: tailOf(this.#first),
      betweenTokens: tailOf(this.#between),
      whole: tailOf(this.#whole),
      tokens: this.#tokens,
      tokensPerSecond: rate(this.#tokens),
      requestsPerSecond: rate(this.#answers),
    };
  }
}

function tailOf(histogram: Histogram): Tail | undefined {
  const [p50, p95, p99] = [histogram.at(0.5), histogram.at(0.95), histogram.at(0.99)];
  return p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 };
}
