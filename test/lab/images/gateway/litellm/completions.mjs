// A question of a client: who asks and may he, where it goes, and the answer with what LiteLLM adds to it.
import { randomUUID } from "node:crypto";
import { customerOf } from "./customers.mjs";
import { ProxyError } from "./errors.mjs";
import { UpstreamError } from "./router.mjs";
import { askEngine } from "./upstream.mjs";

const VERSION = "1.108.17";
/** Taken for as many tokens; upstream counts with a tokenizer of its own. */
const CHARACTERS_A_TOKEN = 4;

export class Completions {
  #services;

  /** @param services { router, keys, limits, budgets, usage, metrics, traces, cache, settings }: the parts that a question goes through */
  constructor(services) {
    this.#services = services;
  }

  async answer(row, kind, { body, headers }, response) {
    const { router, keys, limits, budgets, settings } = this.#services;
    const group = router.groupOf(body.model);
    if (group === undefined)
      throw new ProxyError(
        400,
        `${kind.path}: Invalid model name passed in model=${body.model}. Call \`/v1/models\` to view available models for your key.`,
      );
    const request = {
      row,
      kind,
      body,
      group,
      customer: customerOf(headers, body, settings.general),
      started: new Date(),
      isStream: body.stream === true && kind.canStream,
    };
    try {
      checkModel(row, body.model, group);
      await keys.renewBudget(row);
      request.held = budgets.hold(row, { input: estimate(body), body, deployments: router.deploymentsOf(group) });
      request.limitHeaders = (await limits.enter(row)).headers;
    } catch (error) {
      this.#count(request, undefined, { status: "failure", error });
      throw error;
    }
    let tokens = 0;
    const gone = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    try {
      const hit = await this.#cached(request, response);
      if (hit) return;
      const { disable_fallbacks: isAlone = false, ...words } = body;
      const asking = (deployment) =>
        askEngine(deployment, kind.path, words, {
          isStream: request.isStream,
          seconds: settings.router.timeout ?? settings.litellm.request_timeout ?? 6000,
          firstSeconds: settings.router.stream_timeout ?? 600,
          signal: gone.signal,
        });
      const routed = await router.route(group, estimate(body), asking, { isAlone });
      tokens = await (request.isStream
        ? this.#stream(request, routed, response)
        : this.#whole(request, routed, response));
    } catch (error) {
      this.#count(request, undefined, { status: "failure", error });
      throw said(error, request, this.#services.settings.router);
    } finally {
      await limits.leave(row, tokens);
    }
  }

  async #cached(request, response) {
    const { cache } = this.#services;
    if (!cache || request.isStream) return false;
    request.cacheKey = cache.keyOf(request.kind.path, request.body);
    const kept = await cache.get(request.cacheKey);
    if (kept === undefined) return false;
    const body = JSON.parse(kept);
    this.#count(request, undefined, { usage: body.usage, cacheHit: "True", isFree: true });
    send(response, body, { ...this.#headers(request), "x-litellm-cache-key": request.cacheKey });
    return true;
  }

  async #whole(request, routed, response) {
    const { body } = routed.answer;
    if (routed.fallbacks === 0) body.model = request.body.model;
    const spend = this.#count(request, routed, { usage: body.usage, answered: JSON.stringify(body.choices) });
    if (request.cacheKey) await this.#services.cache.set(request.cacheKey, JSON.stringify(body));
    send(response, body, this.#headers(request, routed, spend));
    return body.usage?.total_tokens ?? 0;
  }

  async #stream(request, routed, response) {
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      ...this.#headers(request, routed),
    });
    let usage;
    let failure;
    try {
      for await (const event of routed.answer.stream) {
        request.first ??= new Date();
        if (event.usage) usage = event.usage;
        // Asked for in every case, to count; told only where the client wants it.
        if (event.choices?.length === 0 && !request.body.stream_options?.include_usage) continue;
        if (routed.fallbacks === 0) event.model = request.body.model;
        if (response.destroyed) break;
        if (!response.write(`data: ${JSON.stringify(event)}\n\n`))
          await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
      }
    } catch (error) {
      failure = error;
    }
    if (response.destroyed) routed.answer.close();
    this.#count(request, routed, { usage, status: failure ? "failure" : "success", error: failure });
    // The head is out: what is left to say is an event.
    if (failure)
      response.write(
        `data: ${JSON.stringify(new ProxyError(500, `litellm.MidStreamFallbackError: ${failure.message}`).body)}\n\n`,
      );
    response.end(failure ? undefined : "data: [DONE]\n\n");
    return usage?.total_tokens ?? 0;
  }

  #count(request, routed, { usage = {}, status = "success", cacheHit = "False", isFree = false, error, answered }) {
    const { prompt_tokens: prompt = 0, completion_tokens: completion = 0 } = usage;
    const { deployment } = routed ?? {};
    const { input_cost_per_token: input = 0, output_cost_per_token: output = 0 } = deployment?.info ?? {};
    const spend = isFree ? 0 : prompt * input + completion * output;
    const entry = {
      callType: request.kind.callType,
      customer: request.customer,
      spend,
      promptTokens: prompt,
      completionTokens: completion,
      startTime: request.started,
      firstTime: request.first,
      endTime: new Date(),
      model: deployment?.model ?? request.group,
      modelId: deployment?.id,
      group: deployment?.group ?? request.group,
      provider: deployment?.provider ?? "",
      apiBase: deployment?.params.api_base,
      cacheHit,
      status,
      metadata: { user_api_key_alias: request.row.key_alias ?? null, ...(error && { error_information: told(error) }) },
    };
    const isKept = status === "success" || this.#services.settings.general.disable_error_logs !== true;
    if (isKept) this.#services.usage.add(request.row, entry);
    this.#services.metrics.add(request.row, entry, routed);
    this.#services.budgets.settle(request);
    const asked = JSON.stringify(request.body.messages ?? request.body.prompt ?? request.body.input);
    this.#services.traces.add(request.row, entry, { asked, answered, error });
    return spend;
  }

  #headers({ row, limitHeaders }, routed, spend) {
    const { deployment, retries = 0, fallbacks = 0 } = routed ?? {};
    const headers = {
      "x-litellm-call-id": randomUUID(),
      "x-litellm-version": VERSION,
      "x-litellm-model-id": deployment?.id,
      "x-litellm-model-group": deployment?.group,
      "x-litellm-model-api-base": deployment?.params.api_base,
      "x-litellm-attempted-retries": String(retries),
      "x-litellm-attempted-fallbacks": String(fallbacks),
      "x-litellm-key-spend": String(row.spend),
      "x-litellm-response-cost": spend === undefined ? undefined : String(spend),
      "x-litellm-key-max-budget": row.max_budget ?? undefined,
      "x-litellm-key-rpm-limit": row.rpm_limit ?? undefined,
      "x-litellm-key-tpm-limit": row.tpm_limit ?? undefined,
      ...limitHeaders,
    };
    return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  }
}

export function mayUse(row, name, group) {
  return (
    row.isMaster ||
    row.models.length === 0 ||
    row.models.includes(name) ||
    row.models.includes(group) ||
    row.models.includes("all-proxy-models")
  );
}

function checkModel(row, name, group) {
  if (mayUse(row, name, group)) return;
  const list = row.models.map((model) => `'${model}'`).join(", ");
  throw new ProxyError(
    403,
    `key not allowed to access model. This key can only access models=[${list}]. Tried to access ${name}`,
    {
      type: "key_model_access_denied",
      param: "model",
    },
  );
}

/** As a row of the log has it. */
function told(error) {
  return { error_code: String(error.status ?? 500), error_class: error.name, error_message: error.message };
}

function estimate({ messages = [], prompt = "", input = "" }) {
  const texts = messages.map(({ content }) => (typeof content === "string" ? content : JSON.stringify(content ?? "")));
  const characters = [...texts, ...[prompt].flat(), ...[input].flat()].reduce(
    (sum, text) => sum + String(text).length,
    0,
  );
  return Math.ceil(characters / CHARACTERS_A_TOKEN) + 4 * messages.length;
}

/** An engine's error becomes the proxy's, which names the chain. */
function said(error, { group }, { fallbacks = [] }) {
  if (!(error instanceof UpstreamError)) return error;
  const chain = fallbacks.find((entry) => entry[group])?.[group];
  const tail = `. Received Model Group=${group}\nAvailable Model Group Fallbacks=${chain ? `['${chain.join("', '")}']` : "None"}`;
  return new ProxyError(error.status, `${error.message}${tail}`, {
    type: error.status < 500 ? "invalid_request_error" : "None",
  });
}

function send(response, body, headers) {
  const payload = JSON.stringify(body);
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(payload),
    ...headers,
  });
  response.end(payload);
}
