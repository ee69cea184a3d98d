/** Numbers of a bench: one stream of an answer to a sample, and samples to a line of a table. Pure. */
import { isRecord, parseJson } from "../model/json.ts";

/** One answer; times are milliseconds since its question. */
export interface Sample {
  /** Why there was none, in words that are the same for the same reason. */
  readonly error: string | undefined;
  readonly firstToken: number | undefined;
  /** Between one piece with text and the next. */
  readonly gaps: readonly number[];
  readonly tokens: number;
}

export interface Spread {
  readonly median: number;
  readonly p90: number;
}

export interface Level {
  readonly atOnce: number;
  readonly answers: number;
  readonly seconds: number;
  /** How often by reason. */
  readonly errors: Readonly<Record<string, number>>;
  readonly firstToken: Spread | undefined;
  readonly betweenTokens: Spread | undefined;
  readonly tokens: number;
  readonly tokensPerSecond: number;
}

/** Takes the events of one streamed answer, in the form of OpenAI's. */
export class Reading {
  #first: number | undefined;
  #last: number | undefined;
  #pieces = 0;
  #counted: number | undefined;
  #error: string | undefined;
  readonly #gaps: number[] = [];

  take(data: string, at: number): void {
    if (data === "[DONE]") return;
    const event = parseJson(data);
    if (!isRecord(event)) return;
    const error = event["error"];
    if (error !== undefined && error !== null) this.#error = isRecord(error) ? String(error["message"]) : String(error);
    const used = isRecord(event["usage"]) ? event["usage"]["completion_tokens"] : undefined;
    if (typeof used === "number" && Number.isSafeInteger(used) && used >= 0) this.#counted = used;
    if (!hasText(event)) return;
    if (this.#last !== undefined) this.#gaps.push(at - this.#last);
    this.#first ??= at;
    this.#last = at;
    this.#pieces += 1;
  }

  /** A model that counts itself knows better: a piece may hold several tokens. */
  end(): Sample {
    const tokens = this.#counted ?? this.#pieces;
    const error = this.#error ?? (this.#first === undefined ? "an answer without a token" : undefined);
    return { error, firstToken: this.#first, gaps: this.#gaps, tokens: error === undefined ? tokens : 0 };
  }
}

/** Text, reasoning under either of its names, or a call of a tool: all of them are tokens. */
const TEXTS = ["content", "reasoning_content", "reasoning"] as const;

function hasText(event: Readonly<Record<string, unknown>>): boolean {
  const choice: unknown = Array.isArray(event["choices"]) ? event["choices"][0] : undefined;
  const delta = isRecord(choice) ? choice["delta"] : undefined;
  if (!isRecord(delta)) return false;
  const calls = delta["tool_calls"];
  return (
    TEXTS.some((name) => typeof delta[name] === "string" && delta[name] !== "") ||
    (Array.isArray(calls) && calls.length > 0)
  );
}

export function levelOf(atOnce: number, samples: readonly Sample[], milliseconds: number): Level {
  const good = samples.filter(({ error }) => error === undefined);
  const errors: Record<string, number> = {};
  for (const { error } of samples) if (error !== undefined) errors[error] = (errors[error] ?? 0) + 1;
  const tokens = good.reduce((sum, sample) => sum + sample.tokens, 0);
  const seconds = milliseconds / 1000;
  return {
    atOnce,
    answers: good.length,
    seconds,
    errors,
    firstToken: spread(good.flatMap(({ firstToken }) => firstToken ?? [])),
    betweenTokens: spread(good.flatMap(({ gaps }) => gaps)),
    tokens,
    tokensPerSecond: seconds > 0 ? tokens / seconds : 0,
  };
}

/** By the nearest rank: always one that was measured. */
export function spread(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  const [median, p90] = [at(0.5), at(0.9)];
  return median === undefined || p90 === undefined ? undefined : { median, p90 };
}
