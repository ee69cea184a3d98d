/** One address for three engines: switched on with a few lines, asked from the client machine with the client that people use. */
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { statusSchema } from "../../src/config/schema/status.ts";
import { as } from "./services.ts";
import { keyCommandIn, OPENAI_FOR_PYTHON, snippetsIn } from "./snippets.ts";
import { smallStack, startFrom } from "./start.ts";
import { changesOf, gatewaySince, underStreams } from "./streams.ts";
import { client, host, hostScript, lab, putFile, TAILNET_ADDRESS, tryHost } from "./support.ts";

const ENGINES = {
  qwen: "http://127.0.0.1:8000/v1",
  "qwen-small": "http://127.0.0.1:8090/v1",
  tinyllama: "http://127.0.0.1:11434/v1",
};

// From one address, many at once.
const GATEWAY = { settings: { requests_per_second: 1000, burst: 1000 } };
const SERVICES = { "llama-cpp": {}, ollama: { settings: { models: ["tinyllama"] } }, gateway: GATEWAY, searxng: {} };

const stackWith = (services: Readonly<Record<string, object>>) => `portal: true\n${smallStack(services)}`;

const MAPPINGS = `
routing: { retries: 1, failures: 1, cooldown: 3 }
models:
  qwen: { to: [{ provider: vllm-qwen }], fallbacks: [qwen-small] }
  qwen-small: { to: [{ provider: llama-cpp }] }
  tinyllama: { to: [{ provider: ollama }] }
`;

interface Told {
  readonly model: string;
  readonly text?: string;
  readonly parts?: number;
  readonly end?: string;
  readonly tokens?: number;
  readonly output?: number;
  readonly from?: string;
  readonly fallbacks?: string;
  readonly status?: number;
  readonly type?: string;
  readonly message?: string;
}

startFrom("small", { images: "gateway" });

let program: string;
let master: string;
let key: string;
/** Of somebody who signed up with Open WebUI. */
let token: string;
/** By the answers of this key; the gateway must have counted as many. */
let tokens = 0;

/** With its packages: nothing is installed on the client machine. */
async function bundled(from: Pick<BuildOptions, "entryPoints" | "stdin">): Promise<string> {
  const built = await build({ ...from, bundle: true, platform: "node", format: "esm", write: false });
  return built.outputFiles[0]?.text ?? "";
}

async function ask(
  models: readonly string[],
  withKey = key,
  at = "llm",
  more: readonly string[] = [],
): Promise<readonly Told[]> {
  const env = [`HOST=${at}`, `KEY=${withKey}`, `MODELS=${models.join(",")}`, ...more];
  const argv = ["client", "--", "sh", "-lc", 'exec env "$@"', "sh", ...env, "node", "--input-type=module", "-"];
  const answer = await lab(argv, { input: program });
  if (answer.code !== 0) throw new Error(`node on the client: ${answer.err}\n${answer.out}`);
  const told = JSON.parse(answer.out) as readonly Told[];
  if (withKey === key) tokens += told.reduce((sum, one) => sum + (one.tokens ?? 0), 0);
  return told;
}

function restartsOf(status: string): number {
  return statusSchema.parse(JSON.parse(status)).units[0]?.restarts ?? Number.NaN;
}

/** Asks the gateway itself, on the host, as whoever administers it does. */
async function administer(path: string, body?: object): Promise<Record<string, unknown>> {
  const data = body === undefined ? [] : ["--data", JSON.stringify(body)];
  const argv = ["curl", "-sS", "--max-time", "20", "-H", `authorization: Bearer ${master}`, ...data];
  return JSON.parse(await host(...argv, `http://127.0.0.1:4000${path}`)) as Record<string, unknown>;
}

beforeAll(async () => {
  program = await bundled({ entryPoints: [fileURLToPath(new URL("./ask.mjs", import.meta.url))] });
  await putFile("/etc/install-quadlets/stack.yaml", stackWith(SERVICES));
  await putFile("/etc/install-quadlets/model-mappings.yaml", MAPPINGS);
  const run = await tryHost("install-quadlets", "--yes");
  expect(run.code, run.out + run.err).toBe(0);
  // A machine that has the names in a file wants to hear of a new one.
  const again = 'curl -fsS "http://$1:8081/install-client.sh" | sh -s -- "$1"';
  await client("sh", "-euc", again, "sh", TAILNET_ADDRESS);
  master = (await host("install-quadlets", "secrets", "show", "gateway/master-key")).trim();
});

test("an empty database has got its tables, and a declared model is in Ollama's list: the run pulled it", async () => {
  expect(await host("svc", "logs", "gateway-litellm", "-n", "200")).toMatch(/ [1-9]\d* migrations applied/);
  expect(await host("curl", "-fsS", "http://127.0.0.1:11434/api/tags")).toContain('"tinyllama:latest"');
});

test("Ollama's own client, on the host: what was declared is there, and answers in a stream", async () => {
  const entry = fileURLToPath(new URL("./ask-ollama.mjs", import.meta.url));
  const input = await bundled({ entryPoints: [entry] });
  const answer = await lab(["exec", "--", "node", "--input-type=module", "-"], { input });
  expect(answer.code, answer.err).toBe(0);
  expect(JSON.parse(answer.out)).toMatchObject({
    models: ["tinyllama:latest"],
    text: expect.stringContaining("Ollama"),
    refused: { status: 404, error: expect.stringContaining("nowhere") },
  });
});

test("a key opens what it is for, and nothing else", async () => {
  key = (await administer("/key/generate", { key_alias: "ada", models: Object.keys(ENGINES) }))["key"] as string;
  const narrow = (await administer("/key/generate", { models: ["tinyllama"], rpm_limit: 1 }))["key"] as string;
  const [allowed, again, other] = await ask(["tinyllama", "tinyllama", "qwen"], narrow);
  expect(allowed?.text).toContain("Ollama");
  expect(again).toMatchObject({ status: 429 });
  expect(again?.message).toContain("Limit type: requests. Current limit: 1");
  expect(other).toMatchObject({ status: 403, type: "key_model_access_denied" });
  expect(await ask(["qwen"], "sk-nobody")).toMatchObject([{ status: 401, type: "token_not_found_in_db" }]);
  await administer("/key/delete", { keys: [narrow] });
  expect(await ask(["tinyllama"], narrow)).toMatchObject([{ status: 401 }]);
});

test("streamed answers of three engines by three names", async () => {
  const told = await ask(Object.keys(ENGINES));
  expect(told.map(({ model, from, fallbacks }) => [model, from, fallbacks])).toEqual(
    Object.entries(ENGINES).map(([model, from]) => [model, from, "0"]),
  );
  for (const { text, parts, tokens: counted } of told) {
    expect(text).not.toBe("");
    expect(parts).toBeGreaterThan(3);
    expect(counted).toBeGreaterThan(0);
  }
});

test("the engine itself answers the same client by its own name, and refuses a wrong key and a question that is too long", async () => {
  const own = (await host("install-quadlets", "secrets", "show", "vllm-qwen/api-key")).trim();
  const [told] = await ask(["qwen"], own, "vllm");
  expect(told).toMatchObject({
    model: "qwen",
    text: expect.stringMatching(/^( [a-z.]+){8}$/),
    end: "length",
    output: 8,
  });
  expect(told?.parts).toBeGreaterThan(1);
  expect(await ask(["qwen"], `${own}x`, "vllm")).toMatchObject([{ status: 401 }]);
  // A letter is a token to this model.
  expect(await ask(["qwen"], own, "vllm", ["LETTERS=40000"])).toMatchObject([
    { status: 400, type: "exceed_context_size_error", message: expect.stringContaining("(32768 tokens)") },
  ]);
});

test("the examples of the page, as they are copied from there, answer with a key that was made as it says", async () => {
  const page = await client("curl", "-fsS", "https://liminati.internal/");
  await hostScript(`${keyCommandIn(page).replace("NAME", "linus")} --yes >/dev/null 2>&1`);
  const own = (await host("gateway-manage", "key", "show", "linus", "--reveal")).trim();
  const { curl = "", Python = "", Node = "" } = snippetsIn(page, "https://llm.liminati.internal/v1");
  const programs = {
    curl: [["sh"], curl],
    python: [["python3"], `${OPENAI_FOR_PYTHON}\n${Python.replace(/^from openai import .*$/m, "")}`],
    node: [
      ["node", "--input-type=module", "-"],
      await bundled({ stdin: { contents: Node, resolveDir: process.cwd() } }),
    ],
  } as const;
  for (const [name, [argv, input]] of Object.entries(programs)) {
    const whole = ["client", "--", "sh", "-lc", 'exec env "$@"', "sh", `API_KEY=${own}`, ...argv];
    const answer = await lab(whole, { input });
    expect(answer.code, `${name}: ${answer.err}`).toBe(0);
    expect(answer.out, name).toMatch(name === "curl" ? /"content":\s*"[^"]+/ : /\S/);
  }
  await host("gateway-manage", "key", "revoke", "linus", "--yes");
  await host("install-quadlets", "--yes");
});

test("Open WebUI lists what everybody has, asks with a key of its own, and is counted by it", async () => {
  const list = (json: string) =>
    (JSON.parse(json) as { data: readonly { id: string }[] }).data.map(({ id }) => id).toSorted();
  const web = "https://webui.liminati.internal/api";
  expect(list(await client("curl", "-fsS", `${web}/models`))).toEqual(Object.keys(ENGINES).toSorted());
  const question = JSON.stringify({
    model: "tinyllama",
    messages: [{ role: "user", content: "Hello" }],
    max_tokens: 8,
  });
  const sent = ["-H", "content-type: application/json", "--data", question];
  expect(await client("curl", "-fsS", ...sent, `${web}/chat/completions`)).toContain("Ollama");
  const shown = JSON.parse(await host("gateway-manage", "key", "list", "--json")) as {
    keys: readonly { name: string }[];
  };
  expect(shown.keys.map(({ name }) => name)).toContain("open-webui");
  const used = async () => {
    const { rows } = JSON.parse(await host("gateway-manage", "usage", "--by", "key", "--json")) as {
      rows: readonly { name: string; requests: number }[];
    };
    return rows.find(({ name }) => name === "open-webui")?.requests ?? 0;
  };
  await expect.poll(used, { timeout: 60_000 }).toBeGreaterThan(0);
});

test("what somebody asks through Open WebUI is counted under that person, the rest under Open WebUI itself", async () => {
  const web = "https://webui.liminati.internal/api";
  const json = ["-H", "content-type: application/json"];
  const person = JSON.stringify({ name: "Ada Löve", email: "Ada@example.org", password: "a-word-of-hers" });
  const signedUp = await client("curl", "-fsS", ...json, "--data", person, `${web}/v1/auths/signup`);
  ({ token } = JSON.parse(signedUp) as { token: string });
  const question = JSON.stringify({ model: "tinyllama", messages: [{ role: "user", content: "Hi" }], max_tokens: 8 });
  // A header that nothing maps says nothing, whoever sends it.
  const sent = [
    "-H",
    `authorization: Bearer ${token}`,
    "-H",
    "X-Other-User: eve@example.org",
    ...json,
    "--data",
    question,
  ];
  expect(await client("curl", "-fsS", ...sent, `${web}/chat/completions`)).toContain("Ollama");
  const count = async (by: string) => {
    const { rows } = JSON.parse(await host("gateway-manage", "usage", "--by", by, "--json")) as {
      rows: readonly { name: string; requests: number }[];
    };
    return new Map(rows.map(({ name, requests }) => [name, requests]));
  };
  await expect.poll(async () => (await count("user")).get("ada@example.org"), { timeout: 60_000 }).toBe(1);
  const [byUser, byKey] = [await count("user"), await count("key")];
  expect([...byUser.keys()]).not.toContain("eve@example.org");
  const own = [...byUser].filter(([name]) => name.endsWith("(its own)"));
  expect(own).toHaveLength(1);
  expect((own[0]?.[1] ?? 0) + 1).toBe(byKey.get("open-webui"));
});

test("a chat searches the web, with SearXNG, which people have a page of", async () => {
  const search = JSON.stringify({ queries: ["rootless podman & pasta"] });
  const sent = ["-H", `authorization: Bearer ${token}`, "-H", "content-type: application/json", "--data", search];
  const found = await client(
    "curl",
    "-fsS",
    ...sent,
    "https://webui.liminati.internal/api/v1/retrieval/process/web/search",
  );
  expect((JSON.parse(found) as { items: readonly { title: string }[] }).items[0]?.title).toBe(
    "rootless podman & pasta, page 1",
  );
  expect(await client("curl", "-fsS", "https://search.liminati.internal/search?q=pasta")).toContain("pasta, page 2");
});

test("what administers, measures or is Ollama's own is not for clients", async () => {
  const status = (url: string) => client("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", url);
  for (const path of ["/metrics", "/metrics/", "/key/list", "/health", "/spend/logs", "/"]) {
    expect([path, await status(`https://llm.liminati.internal${path}`)]).toEqual([path, "404"]);
  }
  expect(await status("https://llm.liminati.internal/health/liveliness")).toBe("200");
  expect(await status("https://llm.liminati.internal/v1/models")).toBe("401");
});

const LIVE = ["providers-answer", "database-answers", "cache-answers"];

/** Whom `check` misses, on the host and as root. */
async function silent(): Promise<readonly string[]> {
  const { findings } = JSON.parse((await tryHost("install-quadlets", "check", "--json")).out) as {
    readonly findings: readonly { readonly check: string; readonly message: string }[];
  };
  return findings.flatMap(({ check, message }) => (LIVE.includes(check) ? [message] : []));
}

test("check asks each engine with the key that the gateway has, and says who is not there", async () => {
  expect(await silent()).toEqual([]);
  await host("svc", "stop", "llama-cpp");
  expect(await silent()).toEqual(["the provider llama-cpp does not answer: nobody listens there"]);
  await host("svc", "start", "llama-cpp");
  expect(await silent()).toEqual([]);
});

describe("an engine that is away", () => {
  test("no request fails: the next of the chain answers, and says so", async () => {
    await host("svc", "stop", "vllm-qwen");
    const told = await ask(Array.from({ length: 5 }, () => "qwen"));
    expect(told.map(({ from, fallbacks }) => [from, fallbacks])).toEqual(told.map(() => [ENGINES["qwen-small"], "1"]));
    expect(told.every(({ text }) => (text ?? "") !== "")).toBe(true);
  });

  const isBack = () =>
    expect
      .poll(async () => (await ask(["qwen"]))[0], { timeout: 120_000, interval: 3_000 })
      .toMatchObject({ from: ENGINES.qwen, fallbacks: "0" });

  test("it is asked again when it is back", async () => {
    await host("svc", "start", "vllm-qwen");
    await isBack();
  });

  test("killed under load: only the streams that it was writing break, the chain answers on, and it comes back by itself", async () => {
    const many = (count: number) => ask(Array.from({ length: count }, () => "qwen"));
    const before = restartsOf(await host("svc", "status", "vllm-qwen", "--json"));
    const askers = [1, 2, 3, 4].map(() => many(100));
    // Somebody is answered: then all of them are at it.
    await expect.poll(async () => (await ask(["qwen"]))[0]?.from, { timeout: 60_000 }).toBe(ENGINES.qwen);
    await as("vllm-user", "podman", "kill", "--signal", "KILL", "vllm-qwen");
    const after = await many(10);
    const told = await Promise.all(askers);
    const broken = (all: readonly Told[]) => all.filter(({ from }) => from === undefined);
    expect(broken(after)).toEqual([]);
    expect(told.map((all) => broken(all).length > 1 && broken(all))).toEqual([false, false, false, false]);
    expect([...told.flat(), ...after].filter(({ fallbacks }) => fallbacks === "1").length).toBeGreaterThan(0);
    await isBack();
    expect(restartsOf(await host("svc", "status", "vllm-qwen", "--json"))).toBe(before + 1);
  });
});

test("a restart keeps the key, and what it has used adds up to what the engines said", async () => {
  await host("svc", "restart", "gateway-litellm");
  const [told] = await ask(["qwen-small"]);
  expect(told).toMatchObject({ from: ENGINES["qwen-small"] });
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const path = `/user/daily/activity?start_date=${day(-1)}&end_date=${day(1)}&api_key=${key}`;
  // Written every ten seconds.
  await expect
    .poll(async () => ((await administer(path))["metadata"] as { total_tokens: number }).total_tokens, {
      timeout: 60_000,
    })
    .toBe(tokens);
});

describe("looking into it", () => {
  const manage = async (...words: readonly string[]) =>
    JSON.parse(await host("gateway-manage", ...words, "--json")) as Record<string, unknown>;

  test("whoever follows sees a request when it has ended", async () => {
    const lines = async () => (await hostScript("cat /run/lab-tail.json")).split("\n").filter((line) => line !== "");
    await hostScript(
      "systemd-run --quiet --collect --unit=lab-tail sh -c 'gateway-manage tail --key ada --json >/run/lab-tail.json'",
    );
    // Of those before, the last ten; some of them are written down with a delay.
    await expect.poll(async () => (await lines()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(10);
    const own = async () =>
      (await lines())
        .map((line) => JSON.parse(line) as Record<string, number>)
        .filter(({ model }) => String(model) === "tinyllama");
    const before = (await own()).length;
    const [told] = await ask(["tinyllama"]);
    await expect.poll(async () => (await own()).length, { timeout: 60_000 }).toBe(before + 1);
    await host("systemctl", "stop", "lab-tail");
    const seen = (await own()).at(-1) ?? {};
    expect(seen).toMatchObject({ key: "ada", model: "tinyllama", failure: null });
    expect(seen["answeredBy"]).toContain("127.0.0.1:11434");
    expect((seen["input"] ?? 0) + (seen["output"] ?? 0)).toBe(told?.tokens);
    expect(seen["firstTokenMilliseconds"]).toBeGreaterThan(0);
  });

  test("what analyze counts is what usage counts, failures among them", async () => {
    expect(await host("gateway-manage", "analyze", "--by", "model")).toMatch(/^qwen-small +/m);
    const [analysis, used] = [await manage("analyze"), await manage("usage", "--days", "2")];
    const { requests, failed, input, output } = used["total"] as Record<string, number>;
    expect(analysis["total"]).toMatchObject({ requests, failed, input, output });
    expect(failed).toBeGreaterThan(0);
    // The narrow key, which was asked for more than it may.
    const failing = analysis["failing"] as readonly { failure: string; model: string }[];
    expect(failing).toContainEqual(expect.objectContaining({ failure: "429", model: "tinyllama" }));
    expect(failing).toContainEqual(expect.objectContaining({ failure: "403", model: "qwen" }));
  });

  test("two models side by side, many requests at once, and a model that is not there", async () => {
    const { models } = await manage("compare", "qwen-small", "tinyllama", "--runs", "2", "--tokens", "8");
    expect(models).toMatchObject([
      { model: "qwen-small", answers: 2, errors: {} },
      { model: "tinyllama", answers: 2, errors: {} },
    ]);
    const load = ["load", "tinyllama", "--concurrency", "1,4", "--seconds", "1", "--tokens", "8"];
    const { levels } = await manage(...load, "--yes");
    expect(levels).toMatchObject([
      { atOnce: 1, errors: {} },
      { atOnce: 4, errors: {} },
    ]);
    expect(await tryHost("gateway-manage", ...load)).toMatchObject({ code: 1, err: expect.stringContaining("--yes") });
    const wrong = await tryHost("gateway-manage", "compare", "tinyllama", "nowhere", "--runs", "1");
    expect(wrong).toMatchObject({ code: 1, out: expect.stringContaining("nowhere: 1 x it answers 400") });
  });

  test("the way of one question, and names that are not there", async () => {
    expect(await manage("test", "--model", "qwen-small")).toMatchObject({
      route: { mapping: "qwen-small", by: "name", turns: [{ provider: "llama-cpp", share: 100, answers: true }] },
      answeredBy: { name: "qwen-small", address: ENGINES["qwen-small"], fallbacks: 0 },
      firstTokenMilliseconds: expect.any(Number),
    });
    for (const verb of ["test", "tail"])
      expect((await tryHost("gateway-manage", verb, "--model", "tinylama")).err).toContain("did you mean tinyllama?");
    expect((await tryHost("gateway-manage", "cache", "stats")).err).toContain("gateway: { settings: { cache: true } }");
  });
});

describe("a change of what the gateway reads", () => {
  const left = "find /etc/containers/systemd/users /var/lib/install-quadlets -name '*twin*'";

  test("five of them under sixteen streams: none fails, and nothing of the second instance is left", async () => {
    const seen = await underStreams(5, changesOf(MAPPINGS, "tinyllama"), { key, model: "tinyllama" });
    expect(seen.failures).toEqual([]);
    expect(seen.streams).toBeGreaterThan(16);
    expect(await hostScript(left)).toBe("");
    expect(await host("svc", "logs", "gateway-litellm", "-n", "500")).toMatch(/ gateway-litellm-twin: \S/);
    expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  });

  test("one that it cannot start with leaves the running one alone", async () => {
    const before = await gatewaySince();
    const environment = { litellm: { USE_PRISMA_MIGRATE: "False" } };
    await putFile("/etc/install-quadlets/stack.yaml", stackWith({ ...SERVICES, gateway: { ...GATEWAY, environment } }));
    const run = await tryHost("install-quadlets", "--yes");
    expect(run.code).not.toBe(0);
    expect(run.err).toContain("gateway-litellm runs on as it was: a second one did not come up with what is new");
    expect(run.err).toContain("everything was taken back");
    expect(await gatewaySince()).toBe(before);
    expect(await hostScript(left)).toBe("");
    expect(await ask(["tinyllama"])).toMatchObject([{ from: ENGINES.tinyllama }]);
    await putFile("/etc/install-quadlets/stack.yaml", stackWith(SERVICES));
    expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  });

  test("one that starts, and whose provider does not know the model, never gets a request", async () => {
    const before = await gatewaySince();
    const of = (service: string) => ({ type: service.replace(/-qwen$/, ""), service });
    const providers = {
      "vllm-qwen": { ...of("vllm-qwen"), models: { qwen: {}, gone: {} } },
      "llama-cpp": of("llama-cpp"),
      ollama: of("ollama"),
    };
    await putFile("/etc/install-quadlets/providers.yaml", `${JSON.stringify({ providers })}\n`);
    const wrong = MAPPINGS.replace("cooldown: 3", "cooldown: 7").replace(
      "{ provider: ollama }",
      "{ provider: vllm-qwen, model: gone }",
    );
    await putFile("/etc/install-quadlets/model-mappings.yaml", wrong);
    let isRunning = true;
    const running = tryHost("install-quadlets", "--yes").finally(() => {
      isRunning = false;
    });
    const told: Told[] = [];
    while (isRunning) told.push(...(await ask(["tinyllama"])));
    const run = await running;
    expect(run.code).not.toBe(0);
    // What the files mean is told before anything is done.
    expect(run.out).toMatch(/^what it means:$/m);
    expect(run.out).toMatch(/^ {2}gateway: model tinyllama: tinyllama of ollama\b.* -> gone of vllm-qwen\b/m);
    expect(run.out).toMatch(/^ {2}gateway: every request: .* for 3 s,.* -> .* for 7 s,/m);
    expect(run.err).toContain("gateway-litellm runs on as it was: a second one does not answer as it does");
    expect(run.err).toMatch(/tinyllama does not give a token at http:\/\/127\.0\.0\.1:4001: .*`gone` does not exist/);
    expect(run.err).toContain("everything was taken back");
    expect(told.filter(({ from }) => from !== ENGINES.tinyllama)).toEqual([]);
    expect(told.length).toBeGreaterThan(0);
    expect(await gatewaySince()).toBe(before);
    expect(await hostScript(left)).toBe("");
    await host("rm", "/etc/install-quadlets/providers.yaml");
  });

  test("what a run that was killed left is ended by the next one", async () => {
    await putFile(
      "/etc/install-quadlets/model-mappings.yaml",
      MAPPINGS.replace("cooldown: 3", "cooldown: 8").replace("retries: 1", "retries: 2"),
    );
    await hostScript(`
      install-quadlets --yes >/run/lab-killed 2>&1 &
      for try in $(seq 600); do
        systemctl --user --machine=gateway-user@.host --quiet is-active gateway-litellm-twin.service && break
        sleep 0.1
      done
      kill -9 $!
    `);
    expect(await hostScript(left)).toMatch(/gateway-litellm-twin\.container\n.*twins\.json/);
    expect(await ask(["tinyllama"])).toMatchObject([{ from: ENGINES.tinyllama }]);
    const run = await tryHost("install-quadlets", "--yes");
    expect(run.code, run.out + run.err).toBe(0);
    expect(await hostScript(left)).toBe("");
    expect(await ask(["tinyllama"])).toMatchObject([{ from: ENGINES.tinyllama }]);
    expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  });
});

describe("models that are declared of Ollama", () => {
  const declare = async (...models: readonly string[]) => {
    const ollama = { settings: { models } };
    await putFile("/etc/install-quadlets/stack.yaml", stackWith({ ...SERVICES, ollama }));
    const others = models.filter((model) => model !== "tinyllama");
    const more = others.map((model) => `  ${JSON.stringify(model)}: { to: [{ provider: ollama }] }\n`).join("");
    await putFile("/etc/install-quadlets/model-mappings.yaml", `${MAPPINGS}${more}`);
    return tryHost("install-quadlets", "--yes");
  };

  test("one that the store lacks is pulled by the run, and answers through the gateway", async () => {
    const run = await declare("tinyllama", "qwen3:4b");
    expect(run.code, run.out + run.err).toBe(0);
    expect(run.out).toContain("+ pull qwen3:4b into ollama: it is declared, and not there");
    expect(run.err.indexOf("pull qwen3:4b into ollama")).toBeLessThan(
      run.err.indexOf("replace gateway-litellm side by side"),
    );
    const asked = JSON.parse(await host("gateway-manage", "test", "--model", "qwen3:4b", "--json"));
    expect(asked).toMatchObject({ answeredBy: { name: "qwen3:4b", address: ENGINES.tinyllama } });
  });

  test("one that is nowhere fails in the store's own words, and what was routed answers on", async () => {
    const before = await gatewaySince();
    const run = await declare("tinyllama", "qwen3:4b", "nosuch:1b");
    expect(run.code).toBe(1);
    expect(run.err).toContain("ollama could not pull nosuch:1b: pull model manifest: file does not exist");
    expect(run.err).toContain("everything was taken back");
    expect(await gatewaySince()).toBe(before);
    expect(await ask(["tinyllama"])).toMatchObject([{ from: ENGINES.tinyllama }]);
  });

  test("one that is declared no more stays, until somebody removes it", async () => {
    const run = await declare("tinyllama");
    expect(run.code, run.out + run.err).toBe(0);
    expect(run.out).toContain(
      "model qwen3:4b of ollama, which nobody declares: sudo gateway-manage models remove qwen3:4b",
    );
    expect((await tryHost("gateway-manage", "models", "remove", "tinyllama", "--yes")).err).toContain(
      "is declared of ollama",
    );
    expect(await host("gateway-manage", "models", "remove", "qwen3:4b", "--yes")).toContain("removed qwen3:4b");
    expect(await host("gateway-manage", "models")).toMatch(/^ollama\n +tinyllama:latest +\S+ \S+ +declared$/m);
    expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  });
});

// Last: what was not written down yet when the database stops is not counted.
test("check asks the database and the cache, and says which is not there; a gateway that is stopped is at no fault", async () => {
  const away = "gateway-postgres, the database of gateway, does not answer: stopped";
  await host("svc", "stop", "gateway-postgres");
  expect(await silent()).toEqual([away]);
  expect((await tryHost("install-quadlets", "check")).out).toContain(`warning: ${away} [database-answers]`);
  await host("svc", "stop", "gateway");
  expect(await silent()).toEqual([]);
  await host("svc", "start", "gateway");
  expect(await silent()).toEqual([]);
});
