/** Keys that a site declares, as the gateway has them: what each may and has used, and the cache of answers. PostgreSQL and Redis are real. */
import { beforeAll, describe, expect, test } from "vitest";
import { forNobody, inArguments, inFiles, inJournal, NOBODY, search } from "./search.ts";
import { smallStack, startFrom } from "./start.ts";
import { gatewaySince } from "./streams.ts";
import { host, hostScript, lab, putFile, TAILNET_ADDRESS, tryHost } from "./support.ts";

const SITE = "/etc/install-quadlets";

// From one address, many at once.
const GATEWAY = { settings: { cache: true, requests_per_second: 1000, burst: 1000 } };

/** One engine by two names, of which the second is paid for. */
const VLLM = { settings: { extra_args: ["--served-model-name", "qwen", "dear"] } };
const PRICE = { input: 1000, output: 1000 };
const PROVIDERS = { "vllm-qwen": { type: "vllm", service: "vllm-qwen", models: { qwen: {}, dear: { price: PRICE } } } };
const MAPPINGS = `models:
  qwen: { to: [{ provider: vllm-qwen }] }
  dear: { to: [{ provider: vllm-qwen }] }
`;

const KEYS = {
  ada: { for: "Ada Example", models: ["qwen"], tokens_per_day: 1_000_000, requests_per_minute: 1_000 },
  brief: { models: ["qwen"], requests_per_minute: 2 },
  daily: { kind: "machine", models: ["qwen"], tokens_per_day: 40 },
  monthly: { models: ["dear"], budget: { dollars: 0.02, every: "month" } },
  over: { expires: "2026-01-01" },
};
type Name = keyof typeof KEYS;
const MADE = ["ada", "brief", "daily", "monthly"] as const;

interface Told {
  readonly status: number;
  readonly headers: string;
  readonly id?: string;
  readonly usage?: { readonly total_tokens: number };
  readonly error?: { readonly type: string; readonly message: string };
}

startFrom("small", { images: "gateway" });

const values = new Map<string, string>();
/** What the engine said of its answers, by the key that asked for them. */
const tokens = new Map<string, number>();

function declare(keys: Readonly<Record<string, object>>): Promise<void> {
  return putFile(`${SITE}/keys.yaml`, `keys: ${JSON.stringify(keys)}\n`);
}

async function run(): Promise<string> {
  const { code, out, err } = await tryHost("install-quadlets", "--yes");
  expect(code, out + err).toBe(0);
  return out;
}

/** The plan as it is shown; there is something to do. */
async function planned(): Promise<string> {
  const { code, out, err } = await tryHost("install-quadlets", "--dry-run");
  expect(code, out + err).toBe(2);
  return out;
}

async function json<T>(...argv: readonly string[]): Promise<T> {
  return JSON.parse(await host(...argv, "--json")) as T;
}

/** From the client machine, at the public name. The key is in no argument. */
async function curl(header: string, path: string, body?: object): Promise<Told> {
  const data = body === undefined ? [] : ["-H", "content-type: application/json", "--data", JSON.stringify(body)];
  const name = "llm.liminati.internal";
  const argv = ["curl", "-sSi", "-K", "-", "--resolve", `${name}:443:${TAILNET_ADDRESS}`, ...data];
  const { code, out, err } = await lab(["client", "--", ...argv, `https://${name}${path}`], {
    input: `header = "${header}"\n`,
  });
  expect(code, err).toBe(0);
  const [headers = "", text = ""] = out.replaceAll("\r", "").split(/\n\n(.*)/s);
  return { ...(JSON.parse(text) as object), headers, status: Number(/^HTTP\/\S+ (\d+)/.exec(headers)?.[1]) };
}

async function ask(key: string, content: string, model = "qwen"): Promise<Told> {
  const body = { model, max_tokens: 4, messages: [{ role: "user", content }] };
  const told = await curl(`Authorization: Bearer ${values.get(key) ?? key}`, "/v1/chat/completions", body);
  // One from the cache was told before.
  const used = told.headers.includes("x-litellm-cache-key") ? 0 : (told.usage?.total_tokens ?? 0);
  tokens.set(key, (tokens.get(key) ?? 0) + used);
  return told;
}

/** What a key is told of itself. */
async function usage(key: Name) {
  const told = await curl(`X-API-Key: ${values.get(key)}`, "/v1/usage");
  expect(told.status).toBe(200);
  return (told as Told & { readonly info: { spend: number; max_budget: number; budget_reset_at: string } }).info;
}

/** Asks another thing each time until it is refused. */
async function askUntilRefused(key: Name, model = "qwen"): Promise<Told> {
  for (let turn = 0; turn < 20; turn++) {
    const told = await ask(key, `${key} asks ${turn}`, model);
    if (told.status !== 200) return told;
  }
  throw new Error(`${key} is never refused`);
}

/** How many requests the engine has answered, and tokens of questions and answers. */
async function engine(): Promise<{ readonly requests: number; readonly tokens: number }> {
  const text = await host("curl", "-fsS", "http://127.0.0.1:8000/metrics");
  const number = (name: string) => Number(new RegExp(`^vllm:${name}(?:\\{.*\\})? (\\S+)`, "m").exec(text)?.[1]);
  return {
    requests: number("e2e_request_latency_seconds_count"),
    tokens: number("prompt_tokens_total") + number("generation_tokens_total"),
  };
}

/** Asks the gateway itself, as whoever administers it does, past everything of ours. */
async function administer(path: string, body: object): Promise<void> {
  const script = `printf 'header = "authorization: Bearer %s"' "$(install-quadlets secrets show gateway/master-key)" |
    curl -fsS --max-time 20 -K - --data @<(printf %s "$1") "http://127.0.0.1:4000$2"`;
  await host("bash", "-euc", script, "bash", JSON.stringify(body), path);
}

beforeAll(async () => {
  await putFile(`${SITE}/stack.yaml`, smallStack({ "vllm-qwen": VLLM, gateway: GATEWAY }));
  await putFile(`${SITE}/providers.yaml`, `${JSON.stringify({ providers: PROVIDERS })}\n`);
  await putFile(`${SITE}/model-mappings.yaml`, MAPPINGS);
  await declare(KEYS);
});

test("a plan names each key that is new and what it may, and one that has expired, which is not made", async () => {
  const out = await planned();
  for (const line of [
    "+ key ada (qwen, 1,000 requests a minute, 1,000,000 tokens a day): it is new in keys.yaml",
    "+ key brief (qwen, 2 requests a minute): it is new in keys.yaml",
    "+ key daily (qwen, 40 tokens a day): it is new in keys.yaml",
    "+ key monthly (dear, $0.02 a month): it is new in keys.yaml",
    "key over has expired",
  ])
    expect(out).toContain(line);
});

test("a run makes them once, and the gateway has them", async () => {
  await run();
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  const { keys } = await json<{ keys: readonly { name: string; for: string | null; state: string }[] }>(
    "gateway-manage",
    "key",
    "list",
  );
  expect(keys.map(({ name, state }) => [name, state])).toEqual(
    [...MADE, "open-webui"].toSorted().map((name) => [name, "works"]),
  );
  for (const name of MADE) values.set(name, await host("gateway-manage", "key", "show", name, "--reveal"));
  expect(new Set(values.values()).size).toBe(MADE.length);
  for (const value of values.values()) expect(value).toMatch(/^sk-[0-9A-Za-z]{48}$/);
  const told = await host("gateway-manage", "key", "show", "ada");
  expect(told).toMatch(/^for +Ada Example$/m);
  expect(told).not.toContain("sk-");
});

describe("a key", () => {
  test("opens its model at the public name, as a bearer and as X-API-Key, and another model not, with the reason", async () => {
    expect(await ask("ada", "hello")).toMatchObject({ status: 200 });
    const models = await curl(`X-API-Key: ${values.get("ada")}`, "/v1/models");
    expect(models).toMatchObject({ status: 200, data: [{ id: "qwen" }] });
    expect(await ask("ada", "hello", "dear")).toMatchObject({
      status: 403,
      error: { type: "key_model_access_denied", message: expect.stringContaining("Tried to access dear") },
    });
    expect(await ask("sk-nobody", "hello")).toMatchObject({ status: 401 });
  });

  test("that asks for more than it may in a minute is told which limit that is and when it ends; another one does not notice", async () => {
    const told = await askUntilRefused("brief");
    expect(told.status).toBe(429);
    expect(told.error?.message).toMatch(/Limit type: requests\. Current limit: 2, .*Limit resets at: \d{4}-/);
    expect(await ask("ada", "beside brief")).toMatchObject({ status: 200 });
  });

  test("that has used up its tokens of a day is told so, and finds itself what it has used; another one does not notice", async () => {
    const exceeded = { status: 429, error: { type: "budget_exceeded" } };
    expect(await askUntilRefused("daily")).toMatchObject(exceeded);
    const own = await usage("daily");
    expect(Math.round(own.spend * 1e6)).toBe(tokens.get("daily"));
    expect(Math.round(own.max_budget * 1e6)).toBe(40);
    expect(own.budget_reset_at).toMatch(/T00:00:00/);
    expect(await ask("ada", "beside daily")).toMatchObject({ status: 200 });
  });

  test("with a budget in dollars has that and no more", async () => {
    const told = await askUntilRefused("monthly", "dear");
    expect(told).toMatchObject({ status: 429, error: { type: "budget_exceeded" } });
    expect(told.error?.message).toContain("Max budget: 0.02");
  });
});

test("a restart of LiteLLM forgets nothing of it, and the sums of all keys are those of the engine", async () => {
  const before = await engine();
  for (const content of ["one", "two", "three"]) expect(await ask("ada", content)).toMatchObject({ status: 200 });
  expect((await engine()).requests - before.requests).toBe(3);
  // What was used is written every ten seconds, and before it ends.
  await host("svc", "restart", "gateway-litellm");
  expect(await ask("daily", "after the restart")).toMatchObject({ status: 429, error: { type: "budget_exceeded" } });
  const daily = await host("gateway-manage", "key", "show", "daily");
  expect(daily).toMatch(/^state +used up$/m);
  expect(daily).toMatch(new RegExp(`^used +${tokens.get("daily")} of 40 tokens$`, "m"));
  const dollars = ((tokens.get("monthly") ?? 0) / 1000).toFixed(2);
  expect(await host("gateway-manage", "key", "show", "monthly")).toContain(`$${dollars} of $0.02`);
  const { rows } = await json<{
    rows: readonly { readonly name: string; readonly input: number; readonly output: number }[];
  }>("gateway-manage", "usage", "--by", "key", "--days", "2");
  // A run asks for a token with the key that may do everything.
  const own = rows.filter(({ name }) => tokens.has(name));
  const used = own.map(({ name, input, output }) => [name, input + output] as const);
  expect(new Map(used)).toEqual(new Map(MADE.map((name) => [name, tokens.get(name)])));
});

test("a limit that is changed is told to the gateway; a key that expires or is declared no more opens nothing", async () => {
  const since = await gatewaySince();
  const { ada, brief, daily } = KEYS;
  await declare({ ada, brief: { ...brief, requests_per_minute: 1_000 }, daily: { ...daily, expires: "2026-01-01" } });
  const out = await planned();
  expect(out).toContain("~ key brief: 2 -> 1,000 requests a minute");
  expect(out).toContain("- key daily: it has expired");
  expect(out).toContain("- key monthly: it is no longer in keys.yaml");
  await run();
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  expect(await host("gateway-manage", "key", "show", "brief", "--reveal")).toBe(values.get("brief"));
  expect(await ask("brief", "with another limit")).toMatchObject({ status: 200 });
  expect(await ask("daily", "expired")).toMatchObject({ status: 401 });
  expect(await ask("monthly", "gone", "dear")).toMatchObject({ status: 401 });
  expect(await gatewaySince()).toBe(since);
});

test("what a run took away a rollback brings back, with the same value and what was used of it", async () => {
  await host("install-quadlets", "rollback", "--yes");
  const exceeded = { status: 429, error: { type: "budget_exceeded" } };
  expect(await ask("daily", "is it back")).toMatchObject(exceeded);
  expect(await ask("monthly", "is it back", "dear")).toMatchObject(exceeded);
});

test("what somebody changed at the gateway itself is named, and put back with the same value", async () => {
  await administer("/key/update", { key: values.get("ada"), rpm_limit: 1, duration: "1s" });
  await administer("/key/delete", { keys: [values.get("brief")] });
  await administer("/key/generate", { key_alias: "eve" });
  const expired = { status: 400, error: { type: "expired_key" } };
  await expect.poll(() => ask("ada", "expired"), { timeout: 60_000 }).toMatchObject(expired);
  const verified = await tryHost("install-quadlets", "verify");
  expect(verified.code).toBe(2);
  for (const name of ["ada", "brief", "eve"]) expect(verified.out).toContain(`key ${name}`);
  const out = await planned();
  expect(out).toMatch(/~ key ada: 1 -> 1,000 requests a minute, until \S+ -> no end/);
  expect(out).toContain("+ key brief (qwen, 1,000 requests a minute): the gateway lacks it");
  expect(out).toContain("key eve is at the gateway, not made by install-quadlets");
  await run();
  for (const name of ["ada", "brief"]) expect(await ask(name, "put back")).toMatchObject({ status: 200 });
  for (const name of ["daily", "monthly"]) expect(await ask(name, "gone again")).toMatchObject({ status: 401 });
  expect(await host("gateway-manage", "key", "revoke", "eve", "--yes")).toContain("the gateway knows eve no more");
  expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
});

test("a key that is made, given another value and revoked from the command line is in the file as long as the gateway has it", async () => {
  const file = () => host("cat", `${SITE}/keys.yaml`);
  const reveal = () => host("gateway-manage", "key", "show", "fay", "--reveal");
  const limits = ["--model", "qwen", "--tokens-per-day", "1000"];
  await host("gateway-manage", "key", "create", "fay", "--for", "Fay Example", ...limits, "--yes");
  expect(await file()).toContain("Fay Example");
  const first = await reveal();
  expect(await ask(first, "made")).toMatchObject({ status: 200 });
  await host("gateway-manage", "key", "rotate", "fay", "--yes");
  const second = await reveal();
  expect(await ask(first, "as it was")).toMatchObject({ status: 401 });
  expect(await ask(second, "as it is")).toMatchObject({ status: 200 });
  await host("gateway-manage", "key", "revoke", "fay", "--yes");
  expect(await ask(second, "revoked")).toMatchObject({ status: 401 });
  expect(await file()).not.toContain("fay");
  values.set("fay", second).set("fay as it was", first);
});

describe("the cache of answers", () => {
  /** All names in Redis, past everything of ours. */
  const names = async () => (await host("svc", "exec", "gateway-cache", "--", "redis-cli", "--scan")).split("\n");

  test("answers an equal question without the engine, whoever asks it", async () => {
    const first = await ask("ada", "the same");
    const { requests } = await engine();
    const { spend } = await usage("ada");
    for (const key of ["ada", "brief"]) {
      const again = await ask(key, "the same");
      expect([again.id, again.status]).toEqual([first.id, 200]);
      expect(again.headers).toContain("x-litellm-cache-key");
    }
    expect((await engine()).requests).toBe(requests);
    expect((await usage("ada")).spend).toBe(spend);
  });

  test("is counted, listed and emptied; what limits count is in the same Redis, and stays", async () => {
    const own = (await names()).filter((name) => /^litellm:[0-9a-f]{64}$/.test(name));
    const others = (await names()).filter((name) => !own.includes(name));
    expect(others).toContainEqual(expect.stringMatching(/^litellm:spend:key:/));
    const stats = await json<Record<string, number>>("gateway-manage", "cache", "stats");
    expect(stats).toMatchObject({ answers: own.length });
    expect(stats["hits"]).toBeGreaterThan(1);
    const watched = JSON.parse(await hostScript("gateway-manage cache watch --json | head -n 1")) as object;
    expect(watched).toMatchObject({ hits: expect.any(Number), stats: { answers: own.length } });
    const { keys } = await json<{ keys: readonly { readonly name: string }[] }>("gateway-manage", "cache", "keys");
    expect(keys.map(({ name }) => name).toSorted()).toEqual(own.toSorted());
    const asked = await tryHost("gateway-manage", "cache", "flush");
    expect(asked).toMatchObject({ code: 1, err: expect.stringContaining("--yes") });
    expect(await host("gateway-manage", "cache", "flush", "--yes")).toBe(`${own.length} answers are forgotten`);
    expect(await host("gateway-manage", "cache", "keys")).toBe("no answer is kept just now");
    expect(await names()).toEqual(expect.arrayContaining(others.filter((name) => name.includes(":spend:"))));
    const { requests } = await engine();
    expect((await ask("ada", "the same")).headers).not.toContain("x-litellm-cache-key");
    expect((await engine()).requests).toBe(requests + 1);
  });

  test("is away, and requests go on", async () => {
    await host("svc", "stop", "gateway-cache");
    expect(await ask("ada", "the same")).toMatchObject({ status: 200 });
    expect(await tryHost("gateway-manage", "cache", "stats")).toMatchObject({
      code: 1,
      err: expect.stringContaining("gateway-cache does not answer"),
    });
    await host("svc", "start", "gateway-cache");
    await ask("ada", "the same");
    expect((await ask("ada", "the same")).headers).toContain("x-litellm-cache-key");
  });
});

test("no file, no data of PostgreSQL, no argument and no log holds the value of a key, and nobody else can read one", async () => {
  const all = [...values.values()];
  expect(await search(all, "grep -cFf - <(gateway-manage key show ada --reveal)")).toBe("1");
  // Of a key that is declared no more, for a way back: root's.
  expect(await inFiles(all, "/var/lib/install-quadlets/kept-secrets")).toBe("");
  expect(await search(all, "grep -rlsaFf - /var/lib/gateway/{config,postgres} || true")).toBe("");
  expect(await inJournal(all)).toBe("0");
  expect(await inArguments(all)).toBe("");
  expect(await forNobody(all)).toBe("");
  expect(await search(all, `${NOBODY} grep -rlsaFf - /var/lib/gateway || true`)).toBe("");
});

test("models that the memory of the host is enough for are written into the files, and a plan takes them", async () => {
  const wrote = await tryHost("gateway-manage", "models", "suggest", "--apply", "--yes");
  expect(wrote.code, wrote.err).toBe(0);
  for (const file of ["stack", "providers", "model-mappings"])
    expect(wrote.out).toContain(`written: ${SITE}/${file}.yaml`);
  expect(wrote.err).toContain("sudo install-quadlets");
  const out = await planned();
  expect(out).toMatch(/^ollama$/m);
  expect(out).toContain("pull bge-m3 into ollama");
  expect(out).not.toMatch(/key (ada|brief)/);
});
