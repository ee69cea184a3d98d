/** Tokens a second, time to the first token and the queue of each service that has models, from its own metrics. */
import { UserError } from "../model/diagnostic.ts";
import type { IndexedMetrics, IndexedService } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { readSecret } from "./enter.ts";
import { hasOwnPort } from "./own-port.ts";

/** What is counted since the service started, and what is so right now; undefined where it does not say. */
export interface Reading {
  /** Milliseconds of a clock that nobody sets. */
  readonly at: number;
  readonly tokens: number | undefined;
  readonly firstSeconds: number | undefined;
  readonly firstCount: number | undefined;
  readonly running: number | undefined;
  readonly waiting: number | undefined;
}

export interface ModelNumbers {
  readonly name: string;
  readonly tokensPerSecond?: number | undefined;
  /** Seconds, of the answers that began meanwhile. */
  readonly firstToken?: number | undefined;
  readonly running?: number | undefined;
  readonly waiting?: number | undefined;
  /** Why there are none. */
  readonly trouble?: string;
}

/** As vLLM (docs/design/metrics.md), llama.cpp (tools/server/README.md) and LiteLLM (docs/proxy/prometheus.md) call them. */
const NAMES = {
  tokens: [
    "vllm:generation_tokens_total",
    "llamacpp:tokens_predicted_total",
    "litellm_output_tokens_metric",
    "litellm_output_tokens_metric_total",
  ],
  firstSeconds: ["vllm:time_to_first_token_seconds_sum", "litellm_llm_api_time_to_first_token_metric_sum"],
  firstCount: ["vllm:time_to_first_token_seconds_count", "litellm_llm_api_time_to_first_token_metric_count"],
  running: ["vllm:num_requests_running", "llamacpp:requests_processing", "litellm_in_flight_requests"],
  waiting: ["vllm:num_requests_waiting", "llamacpp:requests_deferred"],
} as const;

const ANSWER_MS = 5_000;
/** Numbers of a shorter time jump; of a longer one they are old. */
const WINDOW_MS = 30_000;

/** Services that have models and say how they are. */
export function withModels(services: readonly IndexedService[]): readonly IndexedService[] {
  return services.filter(({ metrics }) => metrics !== undefined);
}

/** Undefined where nothing of it is of the kind. */
export function parseReading(text: string, at: number): Reading | undefined {
  const sums = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{.*\})?\s+(\S+)/.exec(line) ?? [];
    const number = Number(value);
    if (name !== undefined && Number.isFinite(number)) sums.set(name, (sums.get(name) ?? 0) + number);
  }
  const found = (names: readonly string[]): number | undefined => {
    const known = names.flatMap((name) => sums.get(name) ?? []);
    return known.length === 0 ? undefined : known.reduce((total, one) => total + one, 0);
  };
  const reading = {
    tokens: found(NAMES.tokens),
    firstSeconds: found(NAMES.firstSeconds),
    firstCount: found(NAMES.firstCount),
    running: found(NAMES.running),
    waiting: found(NAMES.waiting),
  };
  return Object.values(reading).every((one) => one === undefined) ? undefined : { at, ...reading };
}

/** Counters need two readings. What has become less was counted anew: the service has started again meanwhile. */
export function numbersBetween(name: string, before: Reading | undefined, after: Reading): ModelNumbers {
  const { running, waiting } = after;
  const now = { name, running, waiting };
  if (before === undefined || before.at >= after.at) return now;
  const grown = (of: "tokens" | "firstSeconds" | "firstCount"): number | undefined => {
    const [began, ended] = [before[of], after[of]];
    // A counter with labels is not there before the first request.
    const growth = ended === undefined ? undefined : ended - (began ?? 0);
    return growth === undefined || growth < 0 ? undefined : growth;
  };
  const tokens = grown("tokens");
  const [seconds, count] = [grown("firstSeconds"), grown("firstCount")];
  return {
    ...now,
    tokensPerSecond: tokens === undefined ? undefined : tokens / ((after.at - before.at) / 1000),
    firstToken: seconds === undefined || count === undefined || count === 0 ? undefined : seconds / count,
  };
}

/** Remembers what each said, as long as that is of use. `elapsed`: milliseconds of a clock that nobody sets. */
export function modelReader(
  system: System,
  elapsed: () => number,
): (services: readonly IndexedService[]) => Promise<readonly ModelNumbers[]> {
  const readings = new Map<string, readonly Reading[]>();
  const one = async (service: IndexedService, metrics: IndexedMetrics): Promise<ModelNumbers> => {
    const { name } = service;
    try {
      const after = await ask(system, service, metrics, elapsed);
      if (typeof after === "string") return { name, trouble: after };
      const before = (readings.get(name) ?? []).filter(({ at }) => at >= after.at - WINDOW_MS);
      const kept = hasBegunAnew(before.at(-1), after) ? [] : before;
      readings.set(name, [...kept, after]);
      return numbersBetween(name, kept[0], after);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { name, trouble: error.message };
    }
  };
  return (services) =>
    Promise.all(services.flatMap((service) => (service.metrics === undefined ? [] : [one(service, service.metrics)])));
}

function hasBegunAnew(before: Reading | undefined, after: Reading): boolean {
  return (["tokens", "firstCount"] as const).some((of) => (after[of] ?? 0) < (before?.[of] ?? 0));
}

/** A sentence where there is nothing to read. */
async function ask(
  system: System,
  service: IndexedService,
  { port, path, secret }: IndexedMetrics,
  elapsed: () => number,
): Promise<Reading | string> {
  // Whoever else listens there is not shown the key.
  if (secret !== undefined && !(await hasOwnPort(system, service, port))) return `nobody answers at 127.0.0.1:${port}`;
  const bearer = secret === undefined ? undefined : await readSecret(system, service, secret);
  const answer = await system.http.ask({ method: "GET", port, path, bearer, timeoutMs: ANSWER_MS });
  if (answer === undefined) return `nobody answers at 127.0.0.1:${port}`;
  if (answer.status !== 200) return `it answers ${answer.status} to ${path}`;
  return parseReading(answer.body, elapsed()) ?? `nothing about models is in its answer to ${path}`;
}
