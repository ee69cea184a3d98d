// The HTTP side of the vLLM stand-in: models, completions with token streaming, metrics.
import { createHash, timingSafeEqual } from "node:crypto";
import http from "node:http";
import { sleep } from "../lib/contract.mjs";
import { readBody, send } from "../lib/http.mjs";
import { Metrics } from "./vllm-metrics.mjs";

const TOKENS = ["The", " lab", " answers", " with", " the", " same", " few", " words", " every", " time", "."];
const TOKEN_MILLISECONDS = 50;
const digest = (text) => createHash("sha256").update(text).digest();

/** @param traces where a span of each request goes; undefined where nobody takes them */
export function createApi({ names, root, maxLength, keys, traces }) {
  const metrics = new Metrics(names[0]);
  const known = keys.map(digest);
  const now = () => Math.floor(Date.now() / 1000);
  let counter = 0;

  function authorized(request) {
    const [, key] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    return known.length === 0 || (key !== undefined && known.some((one) => timingSafeEqual(one, digest(key))));
  }

  async function complete(request, response, chat) {
    const body = JSON.parse((await readBody(request)).toString());
    if (!names.includes(body.model ?? names[0])) {
      return send(response, 404, {
        error: {
          message: `The model \`${body.model}\` does not exist.`,
          type: "NotFoundError",
          param: null,
          code: 404,
        },
      });
    }
    if (chat && !Array.isArray(body.messages))
      return send(response, 400, {
        error: { message: "messages: Field required", type: "BadRequestError", param: null, code: 400 },
      });
    const limit = Math.min(body.max_tokens ?? body.max_completion_tokens ?? TOKENS.length, 4096);
    const tokens = Array.from(
      { length: limit < TOKENS.length || body.ignore_eos ? limit : TOKENS.length },
      (_, index) => TOKENS[index % TOKENS.length],
    );
    const reason = tokens.length < TOKENS.length ? "length" : "stop";
    const prompt = chat ? body.messages.map((message) => message.content).join(" ") : String(body.prompt ?? "");
    const usage = {
      prompt_tokens: prompt.split(/\s+/).length,
      completion_tokens: tokens.length,
      total_tokens: prompt.split(/\s+/).length + tokens.length,
    };
    const base = { id: `${chat ? "chatcmpl" : "cmpl"}-lab${++counter}`, created: now(), model: names[0] };
    const started = Date.now();
    const times = [];
    metrics.running++;
    try {
      if (body.stream)
        await stream(
          response,
          { ...base, object: chat ? "chat.completion.chunk" : "text_completion" },
          chat,
          tokens,
          times,
          reason,
          body.stream_options?.include_usage && usage,
        );
      else {
        for (const _ of tokens) {
          await sleep(TOKEN_MILLISECONDS);
          times.push(Date.now());
        }
        const text = tokens.join("");
        const choice = chat
          ? { index: 0, message: { role: "assistant", content: text }, finish_reason: reason }
          : { index: 0, text, finish_reason: reason };
        send(response, 200, {
          ...base,
          object: chat ? "chat.completion" : "text_completion",
          choices: [choice],
          usage,
        });
      }
      metrics.add({ prompt: usage.prompt_tokens, started, times, reason });
      // As upstream names them: numbers, and nothing of what was asked.
      traces?.add("llm_request", {
        start: started,
        end: Date.now(),
        attributes: {
          "gen_ai.response.model": names[0],
          "gen_ai.request.id": base.id,
          "gen_ai.usage.prompt_tokens": usage.prompt_tokens,
          "gen_ai.usage.completion_tokens": usage.completion_tokens,
          "gen_ai.latency.time_to_first_token": ((times[0] ?? started) - started) / 1000,
        },
      });
    } finally {
      metrics.running--;
    }
  }

  async function stream(response, base, chat, tokens, times, reason, usage) {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
    const event = (data) => response.write(`data: ${JSON.stringify({ ...base, ...data })}\n\n`);
    if (chat) event({ choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }] });
    for (const token of tokens) {
      await sleep(TOKEN_MILLISECONDS);
      times.push(Date.now());
      if (response.destroyed) return;
      event({
        choices: [
          chat
            ? { index: 0, delta: { content: token }, finish_reason: null }
            : { index: 0, text: token, finish_reason: null },
        ],
      });
    }
    event({
      choices: [chat ? { index: 0, delta: {}, finish_reason: reason } : { index: 0, text: "", finish_reason: reason }],
    });
    if (usage) event({ choices: [], usage });
    response.end("data: [DONE]\n\n");
  }

  async function route(request, response) {
    const { pathname } = new URL(request.url, "http://vllm");
    if (/^\/(v1|v2|inference)(\/|$)/.test(pathname) && !authorized(request))
      return send(response, 401, { error: "Unauthorized" });
    if (pathname === "/health" || pathname === "/ping") return send(response, 200, "");
    if (pathname === "/version") return send(response, 200, { version: "0.30.0" });
    if (pathname === "/load") return send(response, 200, { server_load: metrics.running });
    if (pathname === "/metrics") return send(response, 200, metrics.text());
    if (pathname === "/v1/models") {
      return send(response, 200, {
        object: "list",
        data: names.map((id) => ({
          id,
          object: "model",
          created: now(),
          owned_by: "vllm",
          root,
          parent: null,
          max_model_len: maxLength,
        })),
      });
    }
    if (request.method === "POST" && pathname === "/v1/chat/completions") return complete(request, response, true);
    if (request.method === "POST" && pathname === "/v1/completions") return complete(request, response, false);
    return send(response, 404, { detail: "Not Found" });
  }
  return http.createServer((request, response) =>
    route(request, response).catch((error) =>
      send(response, 400, { error: { message: error.message, type: "BadRequestError", code: 400 } }),
    ),
  );
}
