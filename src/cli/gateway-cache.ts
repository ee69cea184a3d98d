/** `gateway-manage cache stats | keys | watch | flush`: the answers that the gateway keeps; never what they say. */
import {
  AnswerCache,
  type CachedAnswer,
  type CacheRates,
  type CacheStats,
  ratesBetween,
} from "../apps/answer-cache.ts";
import { UserError } from "../model/diagnostic.ts";
import { grouped } from "../model/gateway-key.ts";
import type { IndexedService } from "../model/index-file.ts";
import { next } from "../model/next.ts";
import { sizeText } from "../model/size.ts";
import { spanText } from "../model/span.ts";
import { makeSystem } from "../system/real.ts";
import { askYes } from "./ask.ts";
import { complain, print, printJson, table } from "./output.ts";
import { oneWord } from "./request-text.ts";
import { untilUnread } from "./screen.ts";
import { whole } from "./whole.ts";

/** A redis-cli is started for each look. */
const EVERY_MS = 1_000;
const MOST_KEYS = 10_000;

interface Manner {
  readonly json?: boolean;
}

export async function cacheStats(service: IndexedService, { json }: Manner): Promise<void> {
  const stats = await new AnswerCache(makeSystem(), service).stats();
  if (json === true) printJson({ version: 1, ...stats, hitShare: hitShare(stats) ?? null });
  else print(statsText(stats));
}

/** Of what was looked up; undefined where nothing was. */
function hitShare({ hits, misses }: CacheRates): number | undefined {
  return hits + misses === 0 ? undefined : hits / (hits + misses);
}

function percent(rates: CacheRates): string {
  const share = hitShare(rates);
  return share === undefined ? "-" : `${(100 * share).toFixed(0)} %`;
}

export function statsText(stats: CacheStats): string {
  const { answers, hits, misses, expired, evicted, bytes, mostBytes, upSeconds } = stats;
  const room = mostBytes === 0 ? "" : ` of ${sizeText(mostBytes)}`;
  return table([
    ["answers", grouped(answers)],
    ["found", `${grouped(hits)} of ${grouped(hits + misses)} looked for (${percent(stats)})`],
    ["memory", `${sizeText(bytes)}${room}`],
    ["ended", `${grouped(expired)} by their age, ${grouped(evicted)} for want of memory`],
    ["counted for", spanText(upSeconds)],
  ]);
}

export async function cacheKeys(
  service: IndexedService,
  { limit: written, json }: Manner & { readonly limit: string },
) {
  const limit = whole("--limit", written, MOST_KEYS);
  const cache = new AnswerCache(makeSystem(), service);
  const { answers } = await cache.stats();
  const keys = await cache.keys(limit);
  if (json === true) return printJson({ version: 1, answers, keys: keys.map(keyJson) });
  if (keys.length === 0) return print("no answer is kept just now");
  print(keysText(keys));
  if (keys.length < answers) complain(`${grouped(keys.length)} of ${grouped(answers)}; --limit NUMBER shows more`);
}

export function keysText(keys: readonly CachedAnswer[]): string {
  const rows = keys.map(({ name, milliseconds, bytes }) => [
    oneWord(name),
    milliseconds === undefined ? "stays" : spanText(Math.ceil(milliseconds / 1000)),
    sizeText(bytes),
  ]);
  return table([["NAME", "FOR ANOTHER", "SIZE"], ...rows]);
}

function keyJson({ name, milliseconds, bytes }: CachedAnswer): object {
  return { name, milliseconds: milliseconds ?? null, bytes };
}

export async function cacheWatch(service: IndexedService, { json }: Manner): Promise<void> {
  const system = makeSystem();
  const cache = new AnswerCache(system, service);
  let before = { stats: await cache.stats(), at: system.clock.now().getTime() };
  let trouble: string | undefined;
  if (json !== true && process.stdout.isTTY === true) print(watchLine(HEAD));
  await untilUnread(async () => {
    await system.clock.sleep(EVERY_MS);
    try {
      const stats = await cache.stats();
      const at = system.clock.now().getTime();
      const rates = ratesBetween(before.stats, stats, at - before.at);
      before = { stats, at };
      if (json === true) print(JSON.stringify({ version: 1, at: new Date(at).toISOString(), ...rates, stats }));
      else print(watchLine(watchCells(new Date(at), rates, stats)));
      trouble = undefined;
    } catch (error) {
      // It may be starting anew.
      if (!(error instanceof UserError)) throw error;
      if (trouble !== error.message) complain(`${error.message}; looking again`);
      trouble = error.message;
    }
    return "more";
  });
}

const HEAD = ["TIME (UTC)", "HITS/S", "MISSES/S", "FOUND", "ANSWERS", "MEMORY"] as const;

export function watchCells(at: Date, rates: CacheRates, { answers, bytes }: CacheStats): readonly string[] {
  const time = at.toISOString().slice(11, 19);
  return [time, rates.hits.toFixed(1), rates.misses.toFixed(1), percent(rates), grouped(answers), sizeText(bytes)];
}

/** What comes later is not known: columns have the same width from the start. */
export function watchLine(cells: readonly string[]): string {
  return cells
    .map((cell) => cell.padEnd(12))
    .join("")
    .trimEnd();
}

export async function cacheFlush(service: IndexedService, { yes }: { readonly yes?: boolean }): Promise<void> {
  const cache = new AnswerCache(makeSystem(), service);
  if (yes !== true) {
    const { answers } = await cache.stats();
    const question = `the gateway forgets ${grouped(answers)} answers; keys, usage and what is under way stay. Forget them?`;
    await askYes(question);
  }
  print(`${grouped(await cache.flush())} answers are forgotten`);
  complain(next("gateway-manage cache flush"));
}
