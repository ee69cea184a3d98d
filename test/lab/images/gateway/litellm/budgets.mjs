// Budgets of keys: looked at before a request, which then holds what it could cost at most, until it is known what it did cost.
// After upstream's budget_reservation.py (2026): a hold shrinks to what is left, so that one request alone is never refused for it,
// and another one beside it, for which nothing is left, is.
import { ProxyError } from "./errors.mjs";
import { warn } from "./redis.mjs";

/** Upstream takes so many tokens for an answer whose length nothing bounds, and no more than that for any. */
const MOST_OUTPUT = 16_384;
/** What is left is less than any price of a token. */
const NOTHING = 1e-12;

export class Budgets {
  #redis;
  #held = new Map();

  constructor(redis) {
    this.#redis = redis;
  }

  /** @returns what it holds of the key's budget: 0 without one. `deployments`: any of them may be asked, and the dearest counts. */
  hold(row, { input, body, deployments }) {
    const { token, spend, max_budget: most } = row;
    if (most === null || most === undefined) return 0;
    if (spend >= most) throw exceeded(`Current cost: ${spend}, Max budget: ${most}`);
    const asked = Number(body.max_completion_tokens ?? body.max_tokens ?? MOST_OUTPUT);
    const costs = deployments.map(
      ({ info: { input_cost_per_token: read = 0, output_cost_per_token: write = 0 } }) =>
        input * read + Math.min(asked, MOST_OUTPUT) * write,
    );
    const held = this.#held.get(token) ?? 0;
    const left = most - spend - held;
    if (left <= NOTHING) throw exceeded(`Key=${token} Current cost: ${spend + held}, Max budget: ${most}`);
    const own = Math.min(left, Math.max(0, ...costs));
    this.#held.set(token, held + own);
    return own;
  }

  /** What it did cost is in the row by now. Redis is told of it, where upstream counts it. */
  settle(request) {
    const { row, held = 0 } = request;
    request.held = 0;
    if (held !== 0) this.#held.set(row.token, Math.max(0, (this.#held.get(row.token) ?? 0) - held));
    if (this.#redis && !row.isMaster)
      void this.#redis.ask("SET", this.#redis.name(`spend:key:${row.token}`), row.spend, "EX", 3600).catch(warn);
  }
}

function exceeded(text) {
  return new ProxyError(429, `Budget has been exceeded! ${text}`, { type: "budget_exceeded", param: null });
}
