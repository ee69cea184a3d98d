/** The services that are in the catalogue and not in the shipped stack: one line adds each, and what it renders to is reviewed text. */
import { describe, expect, test } from "vitest";
import { readBuiltIn } from "../../src/cli/package.ts";
import { sampleFiles } from "../../src/cli/render.ts";
import { resolveStack } from "../../src/config/resolve.ts";
import { find, said } from "../rules/cases.ts";
import { resolve } from "./support.ts";

const ALL =
  "services: { gateway: {}, llama-cpp: {}, ollama: { settings: { models: [bge-m3] } }, searxng: {}, phoenix: {}, jaeger: {} }";
const rendered = sampleFiles(resolve({ stack: ALL }), "5.4.2");
const own = [...rendered].filter(([path]) => /^(gateway|jaeger|llama-cpp|ollama|phoenix|searxng)\//.test(path));

test("none of them is in the shipped stack", () => {
  const names = resolveStack(readBuiltIn()).services.map(({ name }) => name as string);
  expect(names).toEqual(["nginx-proxy", "dnsmasq", "vllm-qwen", "open-webui", "opik"]);
});

describe("with one line each", () => {
  test.each(own.filter(([path]) => !path.endsWith("user-manager.conf")))("%s", async (path, text) => {
    await expect(text).toMatchFileSnapshot(`golden/sites/${path}`);
  });

  test.each(["5.0.0", "5.4.2", "5.8.3"])("podman %s has nothing to complain about", (podman) => {
    const files = [...sampleFiles(resolve({ stack: ALL }), podman)].filter(([path]) =>
      /^(gateway|jaeger|llama-cpp|ollama|phoenix|searxng)\/[^/]+\.(container|pod)$/.test(path),
    );
    expect(files).toHaveLength(8);
    const texts = Object.fromEntries(files.map(([path, text]) => [path.split("/")[1] ?? "", text]));
    expect(said(find(texts, { podman }))).toBe("");
  });

  test("the engines answer the gateway, and the gateway the chat beside the proxy", () => {
    const { services } = resolve({ stack: ALL });
    const consumers = services.flatMap(({ name, ports }) =>
      ports.flatMap((port) => (port.consumers.length === 0 ? [] : [[name, port.name, port.host, port.consumers]])),
    );
    expect(consumers).toEqual([
      ["vllm-qwen", "api", 8000, ["open-webui", "gateway"]],
      ["gateway", "api", 4000, ["open-webui"]],
      ["llama-cpp", "api", 8090, ["gateway"]],
      ["ollama", "api", 11434, ["gateway"]],
      ["searxng", "web", 8888, ["open-webui"]],
    ]);
  });
});

test("a chat searches the web where there is something to search it with, and nothing of it is there otherwise", () => {
  const chat = (stack: string) => sampleFiles(resolve({ stack }), "5.4.2").get("open-webui/open-webui.container") ?? "";
  const lines = (text: string) => text.split("\n").filter((line) => /WEB_SEARCH|SEARXNG|^Network=/.test(line));
  expect(lines(chat("services: { searxng: { ports: { web: 8899 } } }"))).toEqual([
    "Environment=ENABLE_WEB_SEARCH=true",
    "Environment=WEB_SEARCH_ENGINE=searxng",
    "Environment=SEARXNG_QUERY_URL=http://127.0.0.1:8899/search?q=<query>",
    "Network=pasta:-T,8000,-T,8899",
  ]);
  expect(lines(chat("{}"))).toEqual(["Network=pasta:-T,8000"]);
  const unwanted = "services: { searxng: {}, open-webui: { settings: { web_search: false } } }";
  expect(lines(chat(unwanted)).filter((line) => line.startsWith("Env"))).toEqual([]);
});

test("the cache that a setting adds", async () => {
  const cached = sampleFiles(resolve({ stack: "services: { gateway: { settings: { cache: true } } }" }), "5.4.2");
  const unit = cached.get("gateway/gateway-cache.container") ?? "";
  await expect(unit).toMatchFileSnapshot("golden/sites/gateway/gateway-cache.container");
  expect(said(find({ "gateway.pod": "[Pod]\n", "gateway-cache.container": unit }))).toBe("");
});

test("the proxy hands on what a person may ask, by the one name, and not what administers or measures", () => {
  const routes = rendered.get("nginx-proxy/files/config/routes.conf") ?? "";
  const server = routes.split("\nserver {").filter((text) => text.includes("server_name llm.liminati.internal;"));
  const served = server.find((text) => text.includes(" ssl;")) ?? "";
  const open = [...served.matchAll(/location (\/\S*) \{\s*(\S+)/g)].map(([, path, what]) => `${path} ${what}`);
  expect(open).toEqual(["/v1/ proxy_pass", "/health/liveliness proxy_pass", "/ return"]);
  // $host is the name of the server that was found by it; whatever else a client sends is answered by another server, or not at all.
  expect(rendered.get("nginx-proxy/files/config/nginx.conf")).toContain("proxy_set_header Host $host;");
  expect(routes).not.toMatch(/server_name [^;]*[*~]/);
  expect(routes).not.toContain("ollama");
});

test("the cache is a container more, and no start waits for it where it is not there", () => {
  const units = (stack: string) => {
    const gateway = resolve({ stack }).services.find(({ name }) => name === "gateway");
    return gateway?.containers.map(({ name, after }) => [name, ...after.map(({ container }) => container)]);
  };
  expect(units("services: { gateway: {} }")).toEqual([["postgres"], ["litellm", "postgres"]]);
  expect(units("services: { gateway: { settings: { cache: true } } }")).toEqual([
    ["postgres"],
    ["cache"],
    ["litellm", "postgres", "cache"],
  ]);
});

test("an image is pinned by its digest where the site has verified one", () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  const image = (version: string) =>
    resolve({ stack: `services: { gateway: { settings: { version: "${version}" } } }` })
      .services.find(({ name }) => name === "gateway")
      ?.containers.find(({ name }) => name === "litellm")?.image;
  expect(image(`1.108.17@${digest}`)).toBe(`ghcr.io/berriai/litellm-non_root:1.108.17@${digest}`);
  expect(() => image("1.108.17@sha256:0123")).toThrow("does not match");
});

test("a second name of a service brings its models along", () => {
  const stack = `
services:
  gateway: {}
  vllm-qwen: { gpu: { devices: [0] } }
  vllm-coder: { from: vllm-qwen, ports: { api: 8002 }, settings: { gpus: [1], served_name: coder, max_model_len: 0, quantization: fp8 } }
`;
  const { registry, services } = resolve({ stack });
  expect(registry?.providers[1]).toEqual({
    name: "vllm-coder",
    type: "vllm",
    service: "vllm-coder",
    baseUrl: "http://127.0.0.1:8002/v1",
    apiVersion: undefined,
    isActive: true,
    key: { kind: "copy", service: "vllm-coder", secret: "api-key" },
    models: [{ name: "coder", mode: undefined, context: undefined, quantization: "fp8", price: undefined }],
  });
  const secrets = services.find(({ name }) => name === "gateway")?.secrets.filter(({ kind }) => kind === "copy");
  expect(secrets).toEqual([
    { name: "provider_vllm-qwen", kind: "copy", service: "vllm-qwen", secret: "api-key" },
    { name: "provider_vllm-coder", kind: "copy", service: "vllm-coder", secret: "api-key" },
  ]);
});

test("without a service that routes the two files are checked as far as they go, and lead to nothing", () => {
  const mappings = "models: { a: { to: [{ provider: gone }] } }";
  const providers = "providers: { far: { type: vllm, service: nowhere, models: { a: } } }";
  expect(resolve({ stack: "{}", providers }).registry).toBeUndefined();
  expect(() => resolve({ stack: "{}", providers, mappings })).toThrow('no provider is named "gone"');
});

test("the index names the second instance of what is replaced side by side, for its log", () => {
  const twins = (stack: string) => {
    const text = sampleFiles(resolve({ stack }), "5.4.2").get("host/var/lib/install-quadlets/index.json") ?? "{}";
    const { services } = JSON.parse(text) as { services: { units: { name: string; twin?: string }[] }[] };
    return services.flatMap(({ units }) =>
      units.flatMap(({ name, twin }) => (twin === undefined ? [] : [[name, twin]])),
    );
  };
  expect(twins("services: { gateway: {} }")).toEqual([["gateway-litellm", "gateway-litellm-twin.service"]]);
  expect(twins("services: { gateway: { settings: { replace: in-place } } }")).toEqual([]);
});
