// A request to an engine, and its answer: whole, or as the stream that it is, begun only when its first part is there.
import http from "node:http";
import { UpstreamError } from "./router.mjs";

/** Providers whose own interface has the form of OpenAI's; the others cannot be reached from a lab. */
const OPENAI_FORM = ["hosted_vllm", "openai"];

/**
 * Resolves with { status, body } for an answer, or with { stream } of parsed events, whose first is there already.
 * @param deployment one of the router's; `body` is what the client sent
 */
export async function askEngine(deployment, path, body, { isStream, seconds, firstSeconds, signal }) {
  const { provider, model, params } = deployment;
  if (!OPENAI_FORM.includes(provider))
    throw new UpstreamError(503, `litellm.ServiceUnavailableError: there is no ${provider} in the lab`);
  const words = { ...body, model };
  if (isStream) words.stream_options = { ...body.stream_options, include_usage: true };
  const response = await send(
    `${params.api_base}${path}`,
    params.api_key,
    words,
    (params.timeout ?? seconds) * 1000,
    signal,
  );
  if (response.statusCode !== 200) throw new UpstreamError(response.statusCode, said(await whole(response)));
  if (!isStream) {
    const text = await whole(response);
    try {
      return { body: JSON.parse(text) };
    } catch {
      throw new UpstreamError(500, `litellm.InternalServerError: no JSON in the answer: ${text.slice(0, 200)}`);
    }
  }
  if (!`${response.headers["content-type"]}`.startsWith("text/event-stream"))
    throw new UpstreamError(
      500,
      `litellm.InternalServerError: the answer is no stream: ${(await whole(response)).slice(0, 200)}`,
    );
  const events = eventsOf(response);
  const timer = setTimeout(() => response.destroy(new Error("Request timed out.")), firstSeconds * 1000);
  try {
    const first = await events.next();
    if (first.done) throw new Error("the stream ended before it began");
    return { stream: andThen(first.value, events), close: () => response.destroy() };
  } catch (error) {
    throw new UpstreamError(
      500,
      `litellm.InternalServerError: InternalServerError: OpenAIException - ${error.message}`,
    );
  } finally {
    clearTimeout(timer);
  }
}

function send(url, key, body, timeout, signal) {
  const payload = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const fail = (status, message) => reject(new UpstreamError(status, message));
    const outgoing = http.request(
      url,
      {
        method: "POST",
        timeout,
        signal,
        headers: {
          authorization: `Bearer ${key}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(payload),
        },
      },
      resolve,
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error("TIMEOUT")));
    outgoing.on("error", (error) =>
      error.message === "TIMEOUT"
        ? fail(408, "litellm.Timeout: APITimeoutError - Request timed out.")
        : fail(500, "litellm.InternalServerError: InternalServerError: OpenAIException - Connection error."),
    );
    outgoing.end(payload);
  });
}

async function whole(response) {
  const chunks = [];
  try {
    for await (const chunk of response) chunks.push(chunk);
  } catch {
    throw new UpstreamError(
      500,
      "litellm.InternalServerError: InternalServerError: OpenAIException - Connection error.",
    );
  }
  return Buffer.concat(chunks).toString();
}

function said(text) {
  try {
    const { error, detail } = JSON.parse(text);
    return error?.message ?? (typeof error === "string" ? error : undefined) ?? JSON.stringify(detail) ?? text;
  } catch {
    return text.slice(0, 500);
  }
}

/** The data of each event, parsed; [DONE] ends them, and an end without it is an error. */
async function* eventsOf(response) {
  let rest = "";
  response.setEncoding("utf8");
  for await (const chunk of response) {
    rest += chunk;
    const parts = rest.split(/\r?\n\r?\n/);
    rest = parts.pop();
    for (const part of parts) {
      const data = part
        .split(/\r?\n/)
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).trim())
        .join("\n");
      if (data === "[DONE]") return;
      if (data !== "") yield JSON.parse(data);
    }
  }
  throw new Error("the stream broke off");
}

async function* andThen(first, rest) {
  yield first;
  yield* rest;
}
