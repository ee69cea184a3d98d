// Requests and tokens a minute, and requests at once, for each key; in memory, as with one process and no Redis for them.
import { ProxyError } from "./errors.mjs";

export class Limits {
  #milliseconds;
  #windows = new Map();
  #open = new Map();

  constructor(seconds) {
    this.#milliseconds = seconds * 1000;
  }

  /** Counts a request in, or says which limit it would be over. */
  enter(row) {
    const { token } = row;
    const now = Date.now();
    const window = this.#windows.get(token);
    const current = window && now - window.start < this.#milliseconds ? window : { start: now, requests: 0, tokens: 0 };
    this.#windows.set(token, current);
    const open = this.#open.get(token) ?? 0;
    for (const [kind, limit, used] of [
      ["requests", row.rpm_limit, current.requests],
      ["tokens", row.tpm_limit, current.tokens],
      ["max_parallel_requests", row.max_parallel_requests, open],
    ]) {
      if (limit !== null && limit !== undefined && used >= limit)
        throw over(row, kind, limit, current.start + this.#milliseconds, this.#milliseconds);
    }
    current.requests++;
    this.#open.set(token, open + 1);
    return { headers: headersOf(row, current) };
  }

  leave({ token }, tokens) {
    this.#open.set(token, Math.max(0, (this.#open.get(token) ?? 0) - 1));
    const window = this.#windows.get(token);
    if (window) window.tokens += tokens;
  }
}

function over(row, kind, limit, resetAt, milliseconds) {
  const at = `${new Date(resetAt).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return new ProxyError(
    429,
    `Rate limit exceeded for api_key: ${row.token}. Limit type: ${kind}. Current limit: ${limit}, Remaining: 0. Limit resets at: ${at}`,
    { headers: { "retry-after": String(milliseconds / 1000), rate_limit_type: kind, reset_at: at } },
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
