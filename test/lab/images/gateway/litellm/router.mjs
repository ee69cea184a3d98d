// Where a request goes: deployments of a name by weight, retries, those that failed out of the rotation for a while, then the chain.
// After upstream's router and cooldown_handlers (1.108).
import { createHash } from "node:crypto";
import { sleep } from "../../lib/contract.mjs";
import { ProxyError } from "./errors.mjs";

/** Upstream's own, which a file that says the same does not count as having set. */
const DEFAULT_ALLOWED_FAILS = 3;
const DEFAULT_COOLDOWN = 5;
const MINUTE = 60_000;

/** What a deployment answered with instead of an answer. */
export class UpstreamError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  get isContextWindow() {
    return this.status === 400 && /context|maximum.*tokens|too long/i.test(this.message);
  }
}

export class Router {
  #settings;
  #groups = new Map();

  constructor({ model_list: models, router_settings: settings = {} }) {
    this.#settings = settings;
    for (const { model_name: group, litellm_params: params, model_info: info = {} } of models) {
      const [provider] = params.model.split("/", 1);
      const id = createHash("sha256")
        .update(JSON.stringify([group, params.model, params.api_base]))
        .digest("hex");
      const deployment = {
        id,
        group,
        provider,
        model: params.model.slice(provider.length + 1),
        params,
        info,
        fails: [],
        outcomes: [],
        coolUntil: 0,
      };
      this.#groups.set(group, [...(this.#groups.get(group) ?? []), deployment]);
    }
  }

  /** Names that clients may ask for, those of aliases among them. */
  get names() {
    return [...this.#groups.keys(), ...Object.keys(this.#settings.model_group_alias ?? {})];
  }

  get deployments() {
    return [...this.#groups.values()].flat();
  }

  deploymentsOf(group) {
    return this.#groups.get(group) ?? [];
  }

  /** The group of a name; undefined for none. */
  groupOf(name) {
    const group = this.#settings.model_group_alias?.[name] ?? name;
    return this.#groups.has(group) ? group : undefined;
  }

  isCooling(deployment) {
    return deployment.coolUntil > Date.now();
  }

  /**
   * Asks deployments until one answers: `ask(deployment)`. Tells how many were asked again, and how many names were tried in its place.
   * @param tokens what the question is taken to have; with `isAlone` no other name is tried (`disable_fallbacks` of a request)
   */
  async route(group, tokens, ask, { isAlone = false, depth = 0 } = {}) {
    try {
      return { ...(await this.#withRetries(group, tokens, ask)), fallbacks: depth };
    } catch (error) {
      const chain = isAlone ? [] : this.#chainAfter(group, error);
      for (const next of depth < (this.#settings.max_fallbacks ?? 5) ? chain : []) {
        try {
          return await this.route(next, tokens, ask, { depth: depth + 1 });
        } catch {
          // The reason of the name that was asked for is told.
        }
      }
      throw error;
    }
  }

  #chainAfter(group, error) {
    const of = (kind) => (this.#settings[kind] ?? []).find((entry) => entry[group] !== undefined)?.[group];
    const byContext = error.isContextWindow ? of("context_window_fallbacks") : undefined;
    return byContext ?? of("fallbacks") ?? this.#settings.default_fallbacks ?? [];
  }

  async #withRetries(group, tokens, ask) {
    const attempts = 1 + (this.#settings.num_retries ?? 2);
    let last;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const deployment = this.#pick(group, tokens, last);
      try {
        const answer = await ask(deployment);
        deployment.outcomes.push({ at: Date.now(), ok: true });
        return { answer, deployment, retries: attempt };
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        last = error;
        this.#note(deployment, error);
        if (!isWorthARetry(error.status) || attempt + 1 === attempts) throw error;
        await sleep(this.#pause(group, attempt));
      }
    }
    throw last;
  }

  /** With others of the name at once, else later and later, as OpenAI's clients do. */
  #pause(group, attempt) {
    const all = this.#groups.get(group);
    const healthy = all.filter((deployment) => !this.isCooling(deployment));
    if (healthy.length === 0 || (healthy.length > 0 && all.length > 1)) return 0;
    return Math.max(
      (this.#settings.retry_after ?? 0) * 1000,
      Math.min(8000, 500 * 2 ** attempt) * (1 - Math.random() / 4),
    );
  }

  #pick(group, tokens, before) {
    const all = this.#groups.get(group);
    const healthy = all.filter((deployment) => !this.isCooling(deployment));
    if (healthy.length === 0) {
      if (before) throw before;
      const seconds = this.#settings.cooldown_time ?? DEFAULT_COOLDOWN;
      throw new ProxyError(
        429,
        `No deployments available for selected model, Try again in ${seconds} seconds. Passed model=${group}. pre-call-checks=${this.#settings.enable_pre_call_checks ? "True" : "False"}, cooldown_list=${JSON.stringify(all.map(({ id }) => id))}`,
      );
    }
    const fitting = this.#settings.enable_pre_call_checks
      ? healthy.filter(({ info }) => info.max_input_tokens === undefined || tokens <= info.max_input_tokens)
      : healthy;
    if (fitting.length === 0)
      throw new UpstreamError(
        400,
        `litellm.ContextWindowExceededError: the question of some ${tokens} tokens is longer than the context of ${group}`,
      );
    const first = Math.min(...fitting.map(({ params }) => params.order ?? Number.POSITIVE_INFINITY));
    const ordered = Number.isFinite(first) ? fitting.filter(({ params }) => params.order === first) : fitting;
    const isWeighted = ordered[0].params.weight !== undefined;
    const weights = ordered.map(({ params }) => (isWeighted ? (params.weight ?? 0) : 1));
    let place = Math.random() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, deployment] of ordered.entries()) {
      place -= weights[index];
      if (place < 0) return deployment;
    }
    return ordered[0];
  }

  /** Counts a failure, and takes the deployment out of the rotation where that is one too many. */
  #note(deployment, { status }) {
    const now = Date.now();
    deployment.outcomes = [...deployment.outcomes.filter(({ at }) => at > now - MINUTE), { at: now, ok: false }];
    const counts = status >= 500 || [401, 404, 408, 429].includes(status);
    if (this.#settings.disable_cooldowns || !counts) return;
    const seconds = this.#settings.cooldown_time ?? DEFAULT_COOLDOWN;
    if (this.#isOneTooMany(deployment, status, seconds)) {
      deployment.coolUntil = now + seconds * 1000;
      deployment.fails = [];
      process.stderr.write(
        `litellm: ${deployment.group} at ${deployment.params.api_base} is out of the rotation for ${seconds} s\n`,
      );
    }
  }

  #isOneTooMany(deployment, status, seconds) {
    const policy = this.#settings.allowed_fails_policy;
    const allowed = this.#settings.allowed_fails ?? DEFAULT_ALLOWED_FAILS;
    if (policy !== undefined || allowed !== DEFAULT_ALLOWED_FAILS) {
      const now = Date.now();
      // Each failure keeps the count for another cool-down.
      if ((deployment.fails.at(-1) ?? 0) < now - seconds * 1000) deployment.fails = [];
      deployment.fails.push(now);
      return deployment.fails.length > (policy?.[policyName(status)] ?? allowed);
    }
    const isAlone = this.#groups.get(deployment.group).length === 1;
    const failed = deployment.outcomes.filter(({ ok }) => !ok).length;
    const share = failed / deployment.outcomes.length;
    if (status === 429) return !isAlone;
    if (share === 1 && failed >= 1000) return true;
    if (share > 0.5 && deployment.outcomes.length >= 5 && !isAlone) return true;
    return !isWorthARetry(status);
  }
}

function isWorthARetry(status) {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

function policyName(status) {
  const kind = { 400: "BadRequestError", 401: "AuthenticationError", 408: "TimeoutError", 429: "RateLimitError" }[
    status
  ];
  return `${kind ?? (status >= 500 ? "InternalServerError" : "")}AllowedFails`;
}
