/**
 * The answers that a gateway keeps in a Redis, asked in its container: redis-cli finds the password in the environment there, so that
 * it is in no arguments. Never KEYS, which stops a Redis while it looks: SCAN, a bounded step at a time. What was answered is not read.
 */
import { asUser } from "../commands/accounts.ts";
import { execInContainer } from "../commands/podman.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { containerName, type IndexedUnit } from "../model/indexed-unit.ts";
import { parseJson } from "../model/json.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";

const ANSWER_MS = 20_000;

/** One step of a walk, which Redis makes as a whole: the next cursor, and name, milliseconds to live and bytes of what it found. */
export const LOOK = `local step = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
local found = {}
for _, key in ipairs(step[2]) do
  table.insert(found, {key, redis.call('PTTL', key), redis.call('MEMORY', 'USAGE', key) or 0})
end
return cjson.encode({step[1], found})`;

/** How many there are, and what Redis says of itself: starting redis-cli is the dear part. */
export const COUNT = `local step = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
return cjson.encode({step[1], #step[2], redis.call('INFO')})`;

/** The same, and removes what it finds. */
export const DROP = `local step = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
local count = 0
for _, key in ipairs(step[2]) do count = count + redis.call('UNLINK', key) end
return cjson.encode({step[1], count})`;

/** A step takes a Redis some milliseconds, and starting redis-cli takes longer than that. */
const STEP = 5_000;
/** Of names alone, it takes no longer with more of them. */
const COUNT_STEP = 50_000;
/** Five million names; one that never comes to an end must end, too. */
const MOST_STEPS = 1_000;

export interface CacheStats {
  readonly answers: number;
  readonly hits: number;
  readonly misses: number;
  readonly expired: number;
  /** Removed for want of memory. */
  readonly evicted: number;
  readonly bytes: number;
  /** 0: without a limit. */
  readonly mostBytes: number;
  readonly upSeconds: number;
}

export interface CachedAnswer {
  readonly name: string;
  /** Undefined: it stays. */
  readonly milliseconds: number | undefined;
  readonly bytes: number;
}

export class AnswerCache {
  readonly #system: System;
  readonly #service: IndexedService;
  readonly #unit: IndexedUnit;
  readonly #pattern: string;

  /** Throws a UserError where there is none, or where it is switched off. */
  constructor(system: System, service: IndexedService) {
    const { name, answers, units } = service;
    if (answers === undefined) throw userError("does-not-apply", `${name} keeps no answers`);
    const unit = units.find((one) => one.name === answers.unit);
    if (unit === undefined)
      throw userError("does-not-apply", `${name} keeps no answers: its cache is off`, turnOn(service));
    this.#system = system;
    this.#service = service;
    this.#unit = unit;
    const { prefix, digits } = answers;
    // What else the same program keeps there is not about answers: what keys have spent, for example.
    this.#pattern = prefix.replace(/[*?[\]\\]/g, "\\$&") + (digits === undefined ? "*" : "[0-9a-f]".repeat(digits));
  }

  async stats(): Promise<CacheStats> {
    let text = "";
    const answers = await this.#sum(COUNT, COUNT_STEP, (info) => {
      text = String(info);
    });
    const fields = new Map([...text.matchAll(/^(\w+):([^\r\n]*)/gm)].map(([, name, value]) => [name, value ?? ""]));
    const number = (name: string) => Number(fields.get(name) ?? 0) || 0;
    if (!fields.has("keyspace_hits")) throw this.#strange();
    return {
      answers,
      hits: number("keyspace_hits"),
      misses: number("keyspace_misses"),
      expired: number("expired_keys"),
      evicted: number("evicted_keys"),
      bytes: number("used_memory"),
      mostBytes: number("maxmemory"),
      upSeconds: number("uptime_in_seconds"),
    };
  }

  /** So many at most, in no order: Redis has none. */
  async keys(limit: number): Promise<readonly CachedAnswer[]> {
    const found = new Map<string, CachedAnswer>();
    await this.#walk(LOOK, Math.min(limit, STEP), (step) => {
      // Lua writes a list without anything in it like a record.
      for (const entry of Array.isArray(step) ? step : []) {
        const [name, left, bytes]: readonly unknown[] = Array.isArray(entry) ? entry : [];
        if (typeof name !== "string" || typeof left !== "number" || typeof bytes !== "number") throw this.#strange();
        // A walk may show one twice.
        found.set(name, { name, milliseconds: left < 0 ? undefined : left, bytes });
      }
      return found.size < limit;
    });
    return [...found.values()].slice(0, limit);
  }

  /** How many were removed: answers, and nothing else that may be there. */
  flush(): Promise<number> {
    return this.#sum(DROP, STEP);
  }

  async #sum(script: string, size: number, hear: (more: unknown) => void = () => undefined): Promise<number> {
    let count = 0;
    await this.#walk(script, size, (step, more) => {
      if (typeof step !== "number") throw this.#strange();
      hear(more);
      count += step;
      return true;
    });
    return count;
  }

  async #walk(script: string, size: number, take: (found: unknown, more: unknown) => boolean): Promise<void> {
    let cursor = "0";
    for (let step = 0; step < MOST_STEPS; step++) {
      const answer = parseJson(await this.#ask(["EVAL", script, "0", cursor, this.#pattern, String(size)]));
      const [next, found, more]: readonly unknown[] = Array.isArray(answer) ? answer : [];
      if (typeof next !== "string" || found === undefined) throw this.#strange();
      if (!take(found, more) || next === "0") return;
      cursor = next;
    }
  }

  /** `-e`: an error is one for the exit code, too. */
  async #ask(words: readonly string[]): Promise<string> {
    const argv = ["redis-cli", "-e", ...words];
    const command = execInContainer(containerName(this.#unit), argv, { timeoutMs: ANSWER_MS });
    const { exitCode, stdout, stderr } = await this.#system.runner.probe(asUser(this.#service, command));
    if (exitCode === 0) return stdout;
    const [line = ""] = visible(stderr.trim() || stdout.trim()).split("\n");
    const { name } = this.#unit;
    throw userError(
      "no-answer",
      `${name} does not answer: ${line.slice(0, 200) || "no reason given"}`,
      `sudo svc status ${name}`,
    );
  }

  #strange(): Error {
    const { name } = this.#unit;
    return userError("bad-answer", `what ${name} says cannot be read`, `sudo svc logs ${name}`);
  }
}

function turnOn({ name, answers }: IndexedService): string {
  const setting = `${answers?.setting ?? "cache"}: true`;
  return `"${name}: { settings: { ${setting} } }" below services: in stack.yaml turns it on; then sudo install-quadlets`;
}

export interface CacheRates {
  readonly hits: number;
  readonly misses: number;
}

/** A second. One that started anew counts from nothing. */
export function ratesBetween(before: CacheStats, after: CacheStats, milliseconds: number): CacheRates {
  const since = (of: "hits" | "misses") => {
    const more = after[of] - before[of];
    return ((more < 0 ? after[of] : more) * 1000) / Math.max(1, milliseconds);
  };
  return { hits: since("hits"), misses: since("misses") };
}
