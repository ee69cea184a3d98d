/** Measures a model as its clients meet it: streams of answers, some at once, through the proxy and directly. */
import { userError } from "../model/diagnostic.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import { isRecord, parseJson } from "../model/json.ts";
import type { IndexedProbe } from "../model/probe.ts";
import { Secret } from "../model/secret.ts";
import type { HttpStreams, System } from "../system/interfaces.ts";
import { type Level, levelOf, type Sample } from "./bench-stats.ts";
import { readSecret } from "./enter.ts";
import { questionTo, type Way, whereOf } from "./model-question.ts";
import { hasOwnPort } from "./own-port.ts";
import { streamSample } from "./stream-sample.ts";
import { readTrust } from "./trust.ts";

export interface Wanted {
  readonly ways: readonly Way[];
  readonly atOnce: readonly number[];
  /** Of each level; it ends earlier when its time is over. */
  readonly requests: (atOnce: number) => number;
  readonly seconds: number;
  /** Of each answer, at most. */
  readonly tokens: number;
}

export interface Measured {
  readonly way: Way;
  readonly where: string;
  readonly levels: readonly Level[];
}

const ANSWER_MS = 180_000;

export type Telling = (way: Way, atOnce: number, done: number, of: number) => void;

export async function bench(
  system: System,
  streams: HttpStreams,
  index: ServiceIndex,
  service: IndexedService,
  wanted: Wanted,
  tell: Telling,
): Promise<readonly Measured[]> {
  const probe = service.probes?.find(({ path }) => path.endsWith("/chat/completions"));
  if (probe === undefined) throw userError("does-not-apply", `${service.name} answers no chats`, "svc list");
  if (!(await hasOwnPort(system, service, probe.port))) {
    throw userError(
      "no-answer",
      `${service.name} does not answer at port ${probe.port}`,
      `sudo svc status ${service.name}`,
    );
  }
  const bearer = probe.secret === undefined ? undefined : await readSecret(system, service, probe.secret);
  const trust = await readTrust(system, index);
  const measured: Measured[] = [];
  for (const way of wanted.ways) {
    if (way === "proxy" && probe.name === undefined) continue;
    const ask = (number: number) =>
      streamSample(streams, {
        ...questionTo(way, probe, { address: index.address, trust }, ANSWER_MS),
        bearer,
        body: bodyOf(probe, number, wanted.tokens),
      });
    // Not counted: it opens the connection, and says what is wrong before it is wrong a hundred times.
    const first = await ask(0);
    if (first.error !== undefined) {
      throw userError(
        "no-answer",
        `${probe.model} at ${whereOf(way, probe)}: ${first.error}`,
        `sudo svc status ${service.name}`,
      );
    }
    const levels: Level[] = [];
    for (const atOnce of wanted.atOnce) levels.push(await level(system, ask, way, atOnce, wanted, tell));
    measured.push({ way, where: whereOf(way, probe), levels });
  }
  return measured;
}

/** Each begins with another number: what an engine remembers of the one before must not answer the next. */
function bodyOf({ model, body }: IndexedProbe, number: number, tokens: number): Secret {
  const asked = parseJson(body);
  const content = `${number}. Tell a long story about a lighthouse, a heron and a clock that runs backwards. Do not stop early.`;
  const own = { model, messages: [{ role: "user", content }], max_tokens: tokens, ignore_eos: true, stream: true };
  return new Secret(
    JSON.stringify({ ...(isRecord(asked) ? asked : {}), ...own, stream_options: { include_usage: true } }),
  );
}

async function level(
  system: System,
  ask: (number: number) => Promise<Sample>,
  way: Way,
  atOnce: number,
  { requests, seconds }: Wanted,
  tell: Telling,
): Promise<Level> {
  const began = system.clock.now().getTime();
  const since = () => system.clock.now().getTime() - began;
  const samples: Sample[] = [];
  const of = Math.max(atOnce, requests(atOnce));
  let next = 0;
  tell(way, atOnce, 0, of);
  const work = async (): Promise<void> => {
    while (next < of && since() < seconds * 1000) {
      next += 1;
      // Of this level's own, and of no other's.
      samples.push(await ask(atOnce * 100_000 + next));
      tell(way, atOnce, samples.length, of);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return levelOf(atOnce, samples, since());
}
