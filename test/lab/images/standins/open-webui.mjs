// Open WebUI stand-in: keeps its database file, proxies models and chat to the OpenAI address, echoes on its websocket.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { Contract, endOnSignal, listen, sleep } from "../lib/contract.mjs";
import { request as fetchUrl, html, proxy, readBody, send } from "../lib/http.mjs";
import { echoOn } from "../lib/websocket.mjs";
import { headersOf, People } from "../lib/webui-people.mjs";

const image = "open-webui";
const { env } = process;
const contract = new Contract(image);
const data = env.DATA_DIR ?? "/app/backend/data";
const truthy = (value, fallback) => (value ?? fallback).toLowerCase() === "true";

contract.uid([0], "the image runs as root");
contract.writable(data, "database and uploads");
contract.writable("/tmp", "uploads are buffered there (a tmpfs when the root is read-only)");
const secretFile = env.WEBUI_SECRET_KEY_FILE;
const secret =
  env.WEBUI_SECRET_KEY || (secretFile && existsSync(secretFile) ? readFileSync(secretFile, "utf8").trim() : "");
contract.need(
  secret,
  "WEBUI_SECRET_KEY (or a readable WEBUI_SECRET_KEY_FILE) is missing: sessions would break with every new container",
);
contract.need(env.CORS_ALLOW_ORIGIN, "CORS_ALLOW_ORIGIN is not set: websockets fail behind a proxy");
const openai = truthy(env.ENABLE_OPENAI_API, "true");
const [base = ""] = (env.OPENAI_API_BASE_URLS ?? env.OPENAI_API_BASE_URL ?? "").split(";");
const [key = ""] = (env.OPENAI_API_KEYS ?? env.OPENAI_API_KEY ?? "").split(";");
if (openai)
  contract.need(
    URL.canParse(base),
    `OPENAI_API_BASE_URL is missing or no URL: ${base || "(empty)"} (the real default is api.openai.com)`,
  );
const offline = truthy(env.OFFLINE_MODE, "false") || env.HF_HUB_OFFLINE === "1";
contract.need(
  !offline || env.RAG_EMBEDDING_ENGINE || existsSync(join(data, "cache/embedding/models")),
  "offline mode on a fresh install: No embedding model is loaded (pre-seed the cache or set RAG_EMBEDDING_ENGINE)",
);
const searches = truthy(env.ENABLE_WEB_SEARCH, "false");
if (searches) {
  contract.need(env.WEB_SEARCH_ENGINE === "searxng", `WEB_SEARCH_ENGINE: no engine ${env.WEB_SEARCH_ENGINE} here`);
  contract.need(/^https?:.*<query>/.test(env.SEARXNG_QUERY_URL), "SEARXNG_QUERY_URL is missing or has no <query>");
}
contract.enforce();
if (env.CORS_ALLOW_ORIGIN === "*")
  contract.warn("CORS_ALLOW_ORIGIN IS SET TO '*' - NOT RECOMMENDED FOR PRODUCTION DEPLOYMENTS.");
if (truthy(env.ENABLE_OLLAMA_API, "true"))
  contract.warn("ENABLE_OLLAMA_API is on: every model list waits for an Ollama server");

// The database remembers its first start and the key its sessions were signed with, as the real one effectively does.
const database = join(data, "webui.db");
const keyId = createHash("sha256").update(secret).digest("hex").slice(0, 16);
if (!existsSync(database))
  writeFileSync(database, `created ${new Date().toISOString()}\nkey ${keyId}\n`, { mode: 0o600 });
else if (!readFileSync(database, "utf8").includes(`key ${keyId}\n`))
  contract.warn("WEBUI_SECRET_KEY differs from the one the database was made with: stored tokens cannot be decrypted");
for (const dir of ["uploads", "cache", "vector_db"]) mkdirSync(join(data, dir), { recursive: true });

const people = new People(readFileSync(database, "utf8"), secret, (line) => appendFileSync(database, line));
const forwards = truthy(env.ENABLE_FORWARD_USER_INFO_HEADERS, "false");
const authorization = key ? { authorization: `Bearer ${key}` } : {};

/** The real one starts without its models and shows them later. */
async function watchUpstream() {
  for (let tries = 0; openai; tries++) {
    try {
      const answer = await fetchUrl(`${base}/models`, { headers: authorization });
      if (answer.status === 200)
        return process.stdout.write(
          `${image}: models: ${JSON.parse(answer.body)
            .data.map((model) => model.id)
            .join(", ")}\n`,
        );
      throw new Error(`HTTP ${answer.status}`);
    } catch (error) {
      if (tries % 15 === 0) contract.warn(`${base}/models: ${error.message}; trying again`);
      await sleep(2000);
    }
  }
}

/** As the real one: of the address it keeps what stands before "?", and asks for json. */
async function searchWeb(query) {
  const [address] = env.SEARXNG_QUERY_URL.split("?");
  const { status, body } = await fetchUrl(
    `${address}?${new URLSearchParams({ q: query, format: "json", pageno: "1" })}`,
  );
  if (status !== 200) throw new Error(`${address}: HTTP ${status}`);
  return JSON.parse(body).results.map(({ url, title, content }) => ({ link: url, title, snippet: content }));
}

async function route(request, response) {
  const { pathname } = new URL(request.url, "http://webui");
  if (pathname === "/health" || pathname === "/ready") return send(response, 200, { status: true });
  if (pathname === "/health/db")
    return existsSync(database) ? send(response, 200, { status: true }) : send(response, 500, { status: false });
  if (pathname === "/api/config")
    return send(response, 200, {
      status: true,
      name: env.WEBUI_NAME ?? "Open WebUI",
      version: "0.11.4",
      features: { auth: truthy(env.WEBUI_AUTH, "true") },
    });
  if (pathname === "/api/lab/headers") return send(response, 200, request.headers);
  if (pathname === "/api/lab/notes" && request.method === "POST") {
    appendFileSync(database, `note ${(await readBody(request)).toString("base64")}\n`);
    return send(response, 201, {});
  }
  if (pathname === "/api/lab/notes") {
    return send(
      response,
      200,
      [...readFileSync(database, "utf8").matchAll(/^note (.*)$/gm)].map(([, note]) =>
        Buffer.from(note, "base64").toString(),
      ),
    );
  }
  if (pathname === "/api/v1/auths/signup" && request.method === "POST") {
    const rules = { mayCome: truthy(env.ENABLE_SIGNUP, "true"), role: env.DEFAULT_USER_ROLE ?? "pending" };
    return send(response, ...people.signUp(JSON.parse(await readBody(request)), rules));
  }
  if (pathname === "/api/v1/auths/signin" && request.method === "POST")
    return send(response, ...people.signIn(JSON.parse(await readBody(request))));
  const person = people.whoAsks(request.headers);
  if (person === null)
    return send(response, 401, { detail: "Your session has expired or the token is invalid. Please sign in again." });
  const asking = { ...authorization, ...(forwards && person ? headersOf(person) : {}) };
  if (pathname === "/api/models") return proxy(request, response, `${base}/models`, asking);
  if (pathname === "/api/chat/completions" && request.method === "POST") {
    return proxy(
      request,
      response,
      `${base}/chat/completions`,
      { ...asking, "content-type": "application/json" },
      await readBody(request),
    );
  }
  if (pathname === "/api/v1/retrieval/process/web/search" && request.method === "POST") {
    if (!person || !searches) return send(response, 403, { detail: "Web search is disabled" });
    const { queries } = JSON.parse(await readBody(request));
    return send(response, 200, { status: true, items: (await Promise.all(queries.map(searchWeb))).flat() });
  }
  if (pathname.startsWith("/api/")) return send(response, 404, { detail: "Not Found" });
  const name = (env.WEBUI_NAME ?? "Open WebUI").replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return send(
    response,
    200,
    `<!doctype html><html><head><title>${name}</title></head><body><h1>${name}</h1></body></html>\n`,
    html,
  );
}

const server = http.createServer((request, response) =>
  route(request, response).catch((error) => send(response, 500, { detail: error.message })),
);
echoOn(server, "/ws/socket.io");
await listen(image, server, env.PORT ?? 8080, env.HOST ?? "0.0.0.0");
endOnSignal(image);
void watchUpstream();
