// SearXNG stand-in: reads its settings strictly, and finds the same two pages for every question, because a lab has no web.
import { spawnSync } from "node:child_process";
import http from "node:http";
import * as z from "zod";
import { Contract, endOnSignal, listen } from "../../lib/contract.mjs";
import { html, readBody, send } from "../../lib/http.mjs";

const { env } = process;
const LOAD = "import sys, json, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
const ENGINES = ["duckduckgo", "wikipedia", "brave", "startpage"];

const settingsSchema = z.strictObject({
  use_default_settings: z.union([
    z.literal(true),
    z.strictObject({ engines: z.strictObject({ keep_only: z.array(z.enum(ENGINES)).min(1) }) }),
  ]),
  general: z.strictObject({ instance_name: z.string() }),
  server: z.strictObject({ limiter: z.literal(false), public_instance: z.literal(false), image_proxy: z.boolean() }),
  search: z.strictObject({
    safe_search: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    formats: z.array(z.enum(["html", "csv", "json", "rss"])).min(1),
  }),
});

const contract = new Contract("searxng");
contract.uid([977], "the image runs as searxng");
contract.writable("/var/cache/searxng", "what it remembers of engines");
contract.writable("/tmp", "its workers");
const path = env.SEARXNG_SETTINGS_PATH;
const loaded = spawnSync("python3", ["-c", LOAD, path], { encoding: "utf8" });
let settings;
if (contract.need(loaded.status === 0, `${path}: ${loaded.stderr.trim().split("\n").at(-1)}`)) {
  const parsed = settingsSchema.safeParse(JSON.parse(loaded.stdout));
  for (const issue of parsed.error?.issues ?? [])
    contract.need(false, `${path}: ${issue.path.join(".")}: ${issue.message}`);
  settings = parsed.data;
}
const secret = env.SEARXNG_SECRET ?? "";
contract.need(secret !== "" && secret !== "ultrasecretkey", "SEARXNG_SECRET is missing, or the one that everybody has");
contract.need(URL.canParse(env.SEARXNG_BASE_URL ?? ""), "SEARXNG_BASE_URL is missing or no URL");
contract.enforce();

const keepOnly = Object(settings.use_default_settings).engines?.keep_only;
const engines = keepOnly ?? ENGINES;

function answer(query) {
  const results = engines.slice(0, 2).map((engine, index) => ({
    url: `https://lab.example/${index + 1}?q=${encodeURIComponent(query)}`,
    title: `${query}, page ${index + 1}`,
    content: `What ${engine} has about ${query}.`,
    engine,
    engines: [engine],
    score: 2 - index,
    category: "general",
  }));
  return { query, number_of_results: results.length, results, answers: [], suggestions: [], unresponsive_engines: [] };
}

async function route(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://searxng");
  if (pathname === "/healthz") return send(response, 200, "OK");
  if (pathname === "/config") return send(response, 200, { instance_name: settings.general.instance_name, engines });
  if (pathname !== "/" && pathname !== "/search") return send(response, 404, "not found");
  const asked = request.method === "POST" ? new URLSearchParams(String(await readBody(request))) : searchParams;
  const query = asked.get("q");
  if (!query) return send(response, 200, `<h1>${settings.general.instance_name}</h1>\n`, html);
  const format = asked.get("format") ?? "html";
  // The real one refuses what the settings do not name, which is what people meet who forgot to.
  if (!settings.search.formats.includes(format)) return send(response, 403, "Forbidden");
  if (format === "json") return send(response, 200, answer(query));
  const links = answer(query).results.map(
    ({ url, title }) => `<a href="${encodeURI(url)}">${title.replace(/[<&]/g, "")}</a>`,
  );
  return send(response, 200, `<h1>${settings.general.instance_name}</h1>\n${links.join("\n")}\n`, html);
}

const server = http.createServer((request, response) => {
  route(request, response).catch((error) => send(response, 500, error.message));
});
await listen("searxng", server, env.GRANIAN_PORT ?? 8080, env.GRANIAN_HOST ?? "::");
endOnSignal("searxng");
