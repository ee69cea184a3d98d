// The HTTP side of the vLLM stand-in: keys, models and metrics are its own, answers are its engine's, 50 ms a token.
import { createHash, timingSafeEqual } from "node:crypto";
import http from "node:http";
import { sleep } from "../lib/contract.mjs";
import { readBody, send } from "../lib/http.mjs";
import { Answer } from "./vllm-answer.mjs";
import { ask, eventsOf } from "./vllm-engine.mjs";
import { Metrics } from "./vllm-metrics.mjs";

const TOKEN_MILLISECONDS = 50;
const digest = (text) => createHash("sha256").update(text).digest();

/** @param traces where a span of each request goes; undefined where nobody takes them */
export function createApi({ names, root, maxLength, keys, traces }) {
  const metrics = new Metrics(names[0]);
  const known = keys.map(digest);
  const now = () => Math.floor(Date.now() / 1000);

  function authorized(request) {
    const [, key] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    return known.length === 0 || (key !== undefined && known.some((one) => timingSafeEqual(one, digest(key))));
  }

  async function complete(request, response, path) {
    const body = await readBody(request);
    const { model = names[0] } = JSON.parse(body.toString());
    if (!names.includes(model)) {
      return send(response, 404, {
        error: { message: `The model \`${model}\` does not exist.`, type: "NotFoundError", param: null, code: 404 },
      });
    }
    const left = new AbortController();
    response.on("close", () => left.abort());
    const answer = new Answer();
    metrics.running++;
    try {
      const from = await ask("POST", path, body, left.signal);
      const pass = from.headers["content-type"]?.startsWith("text/event-stream") ? passStream : passWhole;
      await pass(from, response, async (data) => {
        for (let tokens = answer.learn(data); tokens > 0; tokens--) {
          await sleep(TOKEN_MILLISECONDS);
          left.signal.throwIfAborted();
          answer.token();
        }
      });
    } catch (error) {
      if (!left.signal.aborted) throw error;
      answer.abort();
    } finally {
      metrics.running--;
    }
    if (!answer.isOne) return;
    metrics.add(answer);
    // As upstream names them: numbers, and nothing of what was asked.
    traces?.add("llm_request", {
      start: answer.started,
      end: Date.now(),
      attributes: {
        "gen_ai.response.model": names[0],
        "gen_ai.request.id": answer.id,
        "gen_ai.usage.prompt_tokens": answer.prompt,
        "gen_ai.usage.completion_tokens": answer.generated,
        "gen_ai.latency.time_to_first_token": ((answer.times[0] ?? answer.started) - answer.started) / 1000,
      },
    });
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
    if (request.method === "POST" && ["/v1/chat/completions", "/v1/completions"].includes(pathname))
      return complete(request, response, pathname);
    return send(response, 404, { detail: "Not Found" });
  }
  return http.createServer((request, response) =>
    route(request, response).catch((error) =>
      response.headersSent
        ? response.destroy()
        : send(response, 400, { error: { message: error.message, type: "BadRequestError", code: 400 } }),
    ),
  );
}

/** @param before what is waited for before anybody sees what is in a piece of it */
async function passStream(answer, response, before) {
  response.writeHead(answer.statusCode, {
    "content-type": answer.headers["content-type"],
    "cache-control": "no-cache",
  });
  for await (const event of eventsOf(answer)) {
    if (event.startsWith("data: {")) await before(JSON.parse(event.slice("data: ".length)));
    response.write(event);
  }
  response.end();
}

async function passWhole(answer, response, before) {
  const body = await readBody(answer);
  await before(JSON.parse(body.toString()));
  send(response, answer.statusCode, body, { "content-type": answer.headers["content-type"] });
}
