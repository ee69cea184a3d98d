// Requests and tokens a minute, and requests at once, for each key: the first two in Redis where there is one for answers, as upstream
// has it, and then a restart does not forget them; else, or while that does not answer, in memory.
import { ProxyError } from "./errors.mjs";
import { warn } from "./redis.mjs";

export class Limits {
  #seconds;
  #redis;
  #windows = new Map();
  #open = new Map();

  constructor(seconds, redis) {
    this.#seconds = seconds;
    this.#redis = redis;
  }

  /** Counts a request in, or says which limit it would be over. */
  async enter(row) {
    const { token } = row;
    const window = await this.#counted(token);
    const open = this.#open.get(token) ?? 0;
    for (const [kind, limit, used] of [
      ["requests", row.rpm_limit, window.requests - 1],
      ["tokens", row.tpm_limit, window.tokens],
      ["max_parallel_requests", row.max_parallel_requests, open],
    ]) {
      if (limit !== null && limit !== undefined && used >= limit)
        throw over(row, kind, limit, window.start + this.#seconds * 1000, this.#seconds);
    }
    this.#open.set(token, open + 1);
    return { headers: headersOf(row, window) };
  }

  async leave({ token }, tokens) {
    this.#open.set(token, Math.max(0, (this.#open.get(token) ?? 0) - 1));
    const window = this.#windows.get(token);
    if (window) window.tokens += tokens;
    if (!this.#redis || tokens === 0) return;
    const name = this.#name(token, "tokens");
    await this.#redis.ask("INCRBY", name, tokens).catch(warn);
    await this.#redis.ask("EXPIRE", name, this.#seconds).catch(warn);
  }

  #name(token, kind) {
    return this.#redis.name(`{api_key:${token}}:${kind}`);
  }

  /** The window as it is with this request in it. */
  async #counted(token) {
    const now = Date.now();
    const known = this.#windows.get(token);
    const own = known && now - known.start < this.#seconds * 1000 ? known : { start: now, requests: 0, tokens: 0 };
    this.#windows.set(token, own);
    own.requests++;
    if (!this.#redis) return own;
    const [window, requests, tokens] = ["window", "requests", "tokens"].map((kind) => this.#name(token, kind));
    try {
      const isNew = (await this.#redis.ask("SET", window, now, "NX", "EX", this.#seconds)) === "OK";
      if (isNew) for (const name of [requests, tokens]) await this.#redis.ask("SET", name, 0, "EX", this.#seconds);
      return {
        start: Number((await this.#redis.ask("GET", window)) ?? now),
        requests: Number(await this.#redis.ask("INCR", requests)),
        tokens: Number((await this.#redis.ask("GET", tokens)) ?? 0),
      };
    } catch (error) {
      warn(error);
      return own;
    }
  }
}

function over(row, kind, limit, resetAt, seconds) {
  const at = `${new Date(resetAt).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return new ProxyError(
    429,
    `Rate limit exceeded for api_key: ${row.token}. Limit type: ${kind}. Current limit: ${limit}, Remaining: 0. Limit resets at: ${at}`,
    { headers: { "retry-after": String(seconds), rate_limit_type: kind, reset_at: at } },
  );
}

function headersOf(row, { requests, tokens }) {
  const headers = {};
  for (const [kind, limit, used] of [
    ["requests", row.rpm_limit, requests],
    ["tokens", row.tpm_limit, tokens],
  ]) {
    if (limit === null || limit === undefined) continue;
    headers[`x-ratelimit-limit-${kind}`] = String(limit);
    headers[`x-ratelimit-remaining-${kind}`] = String(Math.max(0, limit - used));
  }
  return headers;
}
