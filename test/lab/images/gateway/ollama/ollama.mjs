// Ollama's stand-in: its server with a store on disk, models that are loaded when they are asked for, and the client for the health check.

import { existsSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { Contract, endOnSignal, listen, sleep } from "../../lib/contract.mjs";
import { request as ask, readBody, send } from "../../lib/http.mjs";
import { fullName, Store } from "./store.mjs";

const VERSION = "0.35.0";
const TOKENS = ["Here", " speaks", " the", " Ollama", " of", " the", " lab", ",", " and", " says", " this", "."];
const TOKEN_MILLISECONDS = 20;
const UNITS = { "": 1, s: 1, m: 60, h: 3600 };
const { env } = process;
const [host, port] = (env.OLLAMA_HOST ?? "127.0.0.1:11434").replace(/^https?:\/\//, "").split(":");

/** Seconds of a duration; endless for a negative one, undefined for none. */
function secondsOf(value) {
  if (value === undefined || value === "") return undefined;
  const [, count, unit] = /^(-?\d+)([smh]?)$/.exec(String(value)) ?? [];
  if (count === undefined) return Number.NaN;
  return Number(count) < 0 ? Number.POSITIVE_INFINITY : Number(count) * UNITS[unit];
}

async function client([command, ...words]) {
  const base = `http://127.0.0.1:${port}`;
  const get = async (path) => JSON.parse((await ask(`${base}${path}`)).body);
  const table = (rows) => process.stdout.write(`${rows.map((row) => row.join("    ")).join("\n")}\n`);
  if (command === "list" || command === "ls") {
    const { models } = await get("/api/tags");
    return table([
      ["NAME", "ID", "SIZE", "MODIFIED"],
      ...models.map((model) => [model.name, model.digest.slice(0, 12), model.size, model.modified_at]),
    ]);
  }
  if (command === "ps") {
    const { models } = await get("/api/ps");
    return table([
      ["NAME", "ID", "SIZE", "PROCESSOR", "UNTIL"],
      ...models.map((model) => [
        model.name,
        model.digest.slice(0, 12),
        model.size,
        model.size_vram ? "100% GPU" : "100% CPU",
        model.expires_at,
      ]),
    ]);
  }
  if (command === "pull" || command === "rm") {
    const [path, method] = command === "pull" ? ["/api/pull", "POST"] : ["/api/delete", "DELETE"];
    const answer = await ask(`${base}${path}`, {
      method,
      body: JSON.stringify({ model: words[0], stream: false }),
      timeout: 600_000,
    });
    if (answer.status !== 200) throw new Error(JSON.parse(answer.body).error);
    return table([["success"]]);
  }
  if (command === "-v" || command === "--version") return table([[`ollama version is ${VERSION}`]]);
  throw new Error(`unknown command "${command}" for "ollama"`);
}

if (process.argv[2] !== "serve") {
  await client(process.argv.slice(2)).catch((error) => {
    process.stderr.write(
      `Error: ${/ECONNREFUSED/.test(error.message) ? "could not connect to ollama server, run 'ollama serve' to start it" : error.message}\n`,
    );
    process.exit(1);
  });
  process.exit(0);
}

const contract = new Contract("ollama");
const root = env.OLLAMA_MODELS ?? join(env.HOME ?? "/root", ".ollama/models");
for (const name of ["OLLAMA_KEEP_ALIVE", "OLLAMA_LOAD_TIMEOUT"])
  contract.need(!Number.isNaN(secondsOf(env[name]) ?? 0), `${name}=${env[name]} is no duration`);
for (const name of ["OLLAMA_CONTEXT_LENGTH", "OLLAMA_NUM_PARALLEL", "OLLAMA_MAX_LOADED_MODELS", "OLLAMA_MAX_QUEUE"])
  contract.need(env[name] === undefined || /^[1-9]\d*$/.test(env[name]), `${name}=${env[name]} is no number above 0`);
contract.need(/^\d+$/.test(port ?? ""), `OLLAMA_HOST=${env.OLLAMA_HOST} has no port`);
contract.need(env.OLLAMA_NO_CLOUD === "1", "OLLAMA_NO_CLOUD is not 1: names with -cloud would be asked elsewhere");
let store;
try {
  store = new Store(root);
} catch (error) {
  contract.need(false, `${root} cannot be used: ${error.message}`);
}
if (store) contract.writable(root, "models");
contract.enforce();

const hasGpu = existsSync("/dev/nvidia0");
const loaded = new Map();
const most = Number(env.OLLAMA_MAX_LOADED_MODELS ?? 3);

/** Puts a model into memory, where another may have to go; `keep` is what a request says about how long. */
async function load(name, keep) {
  const model = store.find(name);
  if (model === undefined) return undefined;
  const seconds = secondsOf(keep) ?? secondsOf(env.OLLAMA_KEEP_ALIVE) ?? 300;
  const before = loaded.get(model.name);
  clearTimeout(before?.timer);
  loaded.delete(model.name);
  if (!before) {
    while (loaded.size >= most) unload(loaded.keys().next().value);
    await sleep(200);
  }
  const entry = { model, until: Date.now() + seconds * 1000 };
  loaded.set(model.name, entry);
  if (Number.isFinite(seconds)) entry.timer = setTimeout(() => unload(model.name), seconds * 1000).unref();
  return model;
}

function unload(name) {
  clearTimeout(loaded.get(name)?.timer);
  loaded.delete(name);
}

const details = ({ family, parameters }) => ({
  parent_model: "",
  format: "gguf",
  family,
  families: [family],
  parameter_size: parameters,
  quantization_level: "Q4_K_M",
});
const shown = (model) => ({
  name: model.name,
  model: model.name,
  modified_at: model.modifiedAt,
  size: model.size,
  digest: model.digest,
  details: details(model),
  capabilities: model.capabilities,
});
const missing = (name) => [404, { error: `model '${name}' not found` }];

async function stream(response, type, events) {
  response.writeHead(200, { "content-type": type });
  for await (const event of events) {
    if (response.destroyed) return;
    response.write(event);
  }
  response.end();
}

const countWords = (messages) =>
  messages
    .map(({ content }) => String(content))
    .join(" ")
    .split(/\s+/).length;
const limited = (count) => TOKENS.slice(0, count > 0 ? count : TOKENS.length);

/** The tokens one by one, with how long they take. */
async function* tokensOf(limit) {
  for (const token of limited(limit)) {
    await sleep(TOKEN_MILLISECONDS);
    yield token;
  }
}

async function chat(body, response, isGenerate) {
  const keep = body.keep_alive;
  const messages = isGenerate ? [{ content: body.prompt ?? "" }] : (body.messages ?? []);
  const model = await load(body.model, keep);
  if (model === undefined) return send(response, ...missing(body.model));
  const isOnlyLoad = isGenerate ? !body.prompt : messages.length === 0;
  const part = (text) => (isGenerate ? { response: text } : { message: { role: "assistant", content: text } });
  const base = () => ({ model: body.model, created_at: new Date().toISOString() });
  if (isOnlyLoad) {
    if (secondsOf(keep) === 0) unload(model.name);
    return send(response, 200, {
      ...base(),
      ...part(""),
      done: true,
      done_reason: secondsOf(keep) === 0 ? "unload" : "load",
    });
  }
  if (!model.capabilities.includes("completion"))
    return send(response, 400, { error: `"${body.model}" does not support chat` });
  const limit = body.options?.num_predict ?? 0;
  const words = limited(limit);
  const end = () => ({
    ...base(),
    ...part(""),
    done: true,
    done_reason: words.length < TOKENS.length ? "length" : "stop",
    total_duration: words.length * TOKEN_MILLISECONDS * 1e6,
    load_duration: 1e6,
    prompt_eval_count: countWords(messages),
    prompt_eval_duration: 1e6,
    eval_count: words.length,
    eval_duration: words.length * TOKEN_MILLISECONDS * 1e6,
  });
  if (body.stream === false) {
    await sleep(words.length * TOKEN_MILLISECONDS);
    return send(response, 200, { ...end(), ...part(words.join("")) });
  }
  const lines = async function* () {
    for await (const token of tokensOf(limit)) yield `${JSON.stringify({ ...base(), ...part(token), done: false })}\n`;
    yield `${JSON.stringify(end())}\n`;
  };
  return stream(response, "application/x-ndjson", lines());
}

async function openaiChat(body, response) {
  const model = await load(body.model);
  const refuse = (status, message, type) =>
    send(response, status, { error: { message, type, param: null, code: null } });
  if (model === undefined) return refuse(404, `model '${body.model}' not found`, "not_found_error");
  if (!model.capabilities.includes("completion"))
    return refuse(400, `"${body.model}" does not support chat`, "invalid_request_error");
  const limit = body.max_tokens ?? body.max_completion_tokens ?? 0;
  const words = limited(limit);
  const prompt = countWords(body.messages ?? []);
  const usage = { prompt_tokens: prompt, completion_tokens: words.length, total_tokens: prompt + words.length };
  const reason = words.length < TOKENS.length ? "length" : "stop";
  const base = {
    id: `chatcmpl-${Date.now() % 1000}`,
    created: Math.floor(Date.now() / 1000),
    model: body.model,
    system_fingerprint: "fp_ollama",
  };
  if (!body.stream) {
    await sleep(words.length * TOKEN_MILLISECONDS);
    const choice = { index: 0, message: { role: "assistant", content: words.join("") }, finish_reason: reason };
    return send(response, 200, { ...base, object: "chat.completion", choices: [choice], usage });
  }
  const event = (data) => `data: ${JSON.stringify({ ...base, object: "chat.completion.chunk", ...data })}\n\n`;
  const events = async function* () {
    for await (const token of tokensOf(limit))
      yield event({ choices: [{ index: 0, delta: { role: "assistant", content: token }, finish_reason: null }] });
    yield event({ choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: reason }] });
    if (body.stream_options?.include_usage) yield event({ choices: [], usage });
    yield "data: [DONE]\n\n";
  };
  return stream(response, "text/event-stream", events());
}

/** The same numbers for the same text. */
function embed(text) {
  return Array.from({ length: 8 }, (_, index) =>
    Math.sin([...String(text)].reduce((sum, letter) => sum + letter.codePointAt(0) * (index + 1), 1)),
  );
}

async function pull(body, response) {
  const name = body.model ?? body.name ?? "";
  if (body.stream === false) {
    for await (const _ of store.pull(name));
    return send(response, 200, { status: "success" });
  }
  const lines = async function* () {
    try {
      for await (const event of store.pull(name)) yield `${JSON.stringify(event)}\n`;
    } catch (error) {
      yield `${JSON.stringify({ error: error.message })}\n`;
    }
  };
  return stream(response, "application/x-ndjson", lines());
}

const ROUTES = {
  "GET /": (_, response) => send(response, 200, "Ollama is running"),
  "HEAD /": (_, response) => send(response, 200, ""),
  "GET /api/version": (_, response) => send(response, 200, { version: VERSION }),
  "GET /api/tags": (_, response) => send(response, 200, { models: store.list().map(shown) }),
  "GET /api/ps": (_, response) =>
    send(response, 200, {
      models: [...loaded.values()].map(({ model, until }) => ({
        ...shown(model),
        expires_at: new Date(Math.min(until, 8.64e15)).toISOString(),
        size_vram: hasGpu ? model.size : 0,
        context_length: Number(env.OLLAMA_CONTEXT_LENGTH ?? 4096),
      })),
    }),
  "POST /api/pull": pull,
  "POST /api/show": (body, response) => {
    const model = store.find(body.model ?? body.name ?? "");
    return model
      ? send(response, 200, { ...shown(model), model_info: { "general.architecture": model.family } })
      : send(response, ...missing(body.model));
  },
  "DELETE /api/delete": (body, response) => {
    const name = body.model ?? body.name ?? "";
    unload(fullName(name));
    return store.delete(name) ? send(response, 200, "") : send(response, ...missing(name));
  },
  "POST /api/chat": (body, response) => chat(body, response, false),
  "POST /api/generate": (body, response) => chat(body, response, true),
  "POST /api/embed": async (body, response) => {
    const model = await load(body.model, body.keep_alive);
    return model
      ? send(response, 200, { model: body.model, embeddings: [body.input].flat().map(embed) })
      : send(response, ...missing(body.model));
  },
  "GET /v1/models": (_, response) =>
    send(response, 200, {
      object: "list",
      data: store.list().map(({ name, modifiedAt }) => ({
        id: name,
        object: "model",
        created: Math.floor(Date.parse(modifiedAt) / 1000),
        owned_by: "library",
      })),
    }),
  "POST /v1/chat/completions": openaiChat,
  "POST /v1/embeddings": async (body, response) => {
    const model = await load(body.model);
    if (model === undefined) return send(response, ...missing(body.model));
    const texts = [body.input].flat();
    const tokens = texts.join(" ").split(/\s+/).length;
    const data = texts.map((text, index) => ({ object: "embedding", embedding: embed(text), index }));
    return send(response, 200, {
      object: "list",
      data,
      model: body.model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  },
};

const server = http.createServer(async (request, response) => {
  try {
    const { pathname } = new URL(request.url, "http://ollama");
    const answer = ROUTES[`${request.method} ${pathname}`];
    if (!answer) return send(response, 404, "404 page not found");
    const text = (await readBody(request)).toString();
    await answer(text === "" ? {} : JSON.parse(text), response);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else send(response, error instanceof SyntaxError ? 400 : 500, { error: error.message });
  }
});
endOnSignal("ollama");
await listen("ollama", server, port, host);
