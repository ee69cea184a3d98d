/**
 * Providers elsewhere that hang, answer with a page for people, or break off in the middle of a stream; a key that is revoked in the
 * middle of one; a database that is killed: clear words, and everybody else is served.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { AS } from "./damage.ts";
import { smallStack, startFrom } from "./start.ts";
import { client, host, hostScript, lab, putFile, TAILNET_ADDRESS, tryHost } from "./support.ts";

const SITE = "/etc/install-quadlets";
/** The client machine is the provider: a container's own loopback is not the host's. */
const ELSEWHERE = "http://100.101.102.104:9400";

/** By the first part of the path. /slow writes a word every fifth of a second until the file /tmp/enough is there. */
const PROVIDER = `
import { existsSync } from "node:fs";
import { createServer } from "node:http";
const event = (content) => "data: " + JSON.stringify({ choices: [{ index: 0, delta: { content } }] }) + "\\n\\n";
const last = "data: " + JSON.stringify({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 3, total_tokens: 4 } }) + "\\n\\ndata: [DONE]\\n\\n";
const ways = {
  hang() {},
  page(response) {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>Welcome</title>");
  },
  half(response) {
    response.setHeader("content-type", "text/event-stream");
    response.write(event("one ") + event("two "));
    setTimeout(() => response.destroy(), 200);
  },
  slow(response) {
    response.setHeader("content-type", "text/event-stream");
    const timer = setInterval(() => {
      if (!existsSync("/tmp/enough")) return response.write(event("more "));
      clearInterval(timer);
      response.end(event("end") + last);
    }, 200);
  },
};
createServer((request, response) => {
  request.resume();
  const [, way, , list] = request.url.split("/");
  if (list !== "models" || way === "hang" || way === "page") return ways[way]?.(response);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ data: [{ id: way }] }));
}).listen(9400);
`;

const WAYS = ["hang", "page", "half", "slow"] as const;
const PROVIDERS = Object.fromEntries(
  WAYS.map((way) => [way, { type: "openai-compatible", base_url: `${ELSEWHERE}/${way}/v1`, models: { [way]: {} } }]),
);
// What has no chain shows what is said where nobody steps in.
const alone = (way: string) => ({ to: [{ provider: way, model: way }] });
const MAPPINGS = {
  // Nobody is out of the rotation here, whatever it does.
  routing: { timeout: 3, retries: 0, failures: 1000 },
  models: {
    qwen: { to: [{ provider: "vllm-qwen" }] },
    ...Object.fromEntries(WAYS.map((way) => [way, { ...alone(way), fallbacks: ["qwen"] }])),
    ...Object.fromEntries(WAYS.map((way) => [`${way}-alone`, alone(way)])),
  },
};
const ALL = { "vllm-qwen": { type: "vllm", service: "vllm-qwen" }, ...PROVIDERS };

interface Told {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

startFrom("small", { images: "gateway" });

let ada: string;
const key = (name: string) => host("gateway-manage", "key", "show", name, "--reveal");

/** From the client machine, at the public name; the key is in no argument. */
async function ask(value: string, model: string, { stream = true } = {}): Promise<Told> {
  const body = JSON.stringify({ model, stream, max_tokens: 4, messages: [{ role: "user", content: "Hello" }] });
  const name = "llm.liminati.internal";
  const argv = ["curl", "-sSiN", "--max-time", "60", "-K", "-", "--resolve", `${name}:443:${TAILNET_ADDRESS}`];
  const sent = [...argv, "-H", "content-type: application/json", "--data", body];
  const { out, err } = await lab(["client", "--", ...sent, `https://${name}/v1/chat/completions`], {
    input: `header = "Authorization: Bearer ${value}"\n`,
  });
  const [headers = "", text = ""] = out.replaceAll("\r", "").split(/\n\n(.*)/s);
  return { headers, body: text + err, status: Number(/^HTTP\/\S+ (\d+)/.exec(headers)?.[1]) };
}

const answered = { status: 200, body: expect.stringContaining("data: [DONE]") };

beforeAll(async () => {
  const start = 'printf %s "$1" >/tmp/provider.mjs; setsid node /tmp/provider.mjs </dev/null >/dev/null 2>&1 &';
  await client("sh", "-c", start, "sh", PROVIDER);
  await putFile(
    `${SITE}/stack.yaml`,
    smallStack({ gateway: { settings: { requests_per_second: 1000, burst: 1000 } } }),
  );
  await putFile(`${SITE}/providers.yaml`, `${JSON.stringify({ providers: ALL })}\n`);
  await putFile(`${SITE}/model-mappings.yaml`, `${JSON.stringify(MAPPINGS)}\n`);
  await putFile(`${SITE}/keys.yaml`, "keys: { ada: {}, bert: {}, cleo: {} }\n");
  const run = await tryHost("install-quadlets", "--yes");
  expect(run.code, run.out + run.err).toBe(0);
  ada = await key("ada");
});

describe.each(["hang", "page"])("a provider that answers like this: %s", (way) => {
  test.each([true, false])("the next of the chain answers in its place, streamed: %s", async (stream) => {
    const told = await ask(ada, way, { stream });
    expect(told.status, told.body).toBe(200);
    expect(told.headers).toContain("x-litellm-attempted-fallbacks: 1");
    expect(told.body).not.toContain("<!doctype html>");
  });

  test("where nobody steps in, that is said, and everybody else is served meanwhile", async () => {
    const [refused, ...others] = await Promise.all([ask(ada, `${way}-alone`), ask(ada, "qwen"), ask(ada, "qwen")]);
    expect(refused?.status).toBeGreaterThanOrEqual(400);
    expect(refused?.body).toMatch(way === "hang" ? /[Tt]ime(d )?out/ : /is no stream/);
    expect(others).toEqual([expect.objectContaining(answered), expect.objectContaining(answered)]);
  });
});

test("half a stream ends with an error and not as if it were whole; the next request is served", async () => {
  const told = await ask(ada, "half-alone");
  expect(told.body).toContain("two ");
  expect(told.body).toContain('"error"');
  expect(told.body).not.toContain("[DONE]");
  expect(await ask(ada, "qwen")).toMatchObject(answered);
});

test("check names the two that are of no use, and no other", async () => {
  const { out } = await tryHost("install-quadlets", "check", "--json");
  const { findings } = JSON.parse(out) as { findings: readonly { check: string; message: string }[] };
  const said = findings.filter(({ check }) => check === "providers-answer").map(({ message }) => message);
  expect(said).toEqual([
    expect.stringMatching(/^the provider hang does not answer: /),
    "the provider page answers with something that is no list of models",
  ]);
});

describe("in the middle of a stream", () => {
  const more = (text: Told) => text.body.split("more ").length - 1;

  test("a key that is revoked: what was begun goes on to its end, and nothing else is let in", async () => {
    const bert = await key("bert");
    const open = ask(bert, "slow");
    await expect
      .poll(() => tryHost("gateway-manage", "test", "--model", "qwen"), { timeout: 60_000 })
      .toMatchObject({ code: 0 });
    await host("gateway-manage", "key", "revoke", "bert", "--yes");
    expect(await ask(bert, "qwen")).toMatchObject({ status: 401 });
    expect(await ask(ada, "qwen")).toMatchObject(answered);
    await client("touch", "/tmp/enough");
    const whole = await open;
    expect(whole).toMatchObject(answered);
    expect(more(whole)).toBeGreaterThan(3);
    await client("rm", "/tmp/enough");
  });

  test("a database that is killed: who is known is served, who is not gets a sentence, it comes back, and what was used is counted", async () => {
    const cleo = await key("cleo");
    const used = async () => {
      const text = await host("gateway-manage", "usage", "--by", "key", "--json");
      const { rows } = JSON.parse(text) as { rows: readonly { name: string; requests: number }[] };
      return rows.find(({ name }) => name === "cleo")?.requests ?? 0;
    };
    const before = await used();
    expect(await ask(cleo, "qwen")).toMatchObject(answered);
    // Written every ten seconds.
    await expect.poll(used, { timeout: 60_000, interval: 2_000 }).toBe(before + 1);
    await hostScript(`${AS} kill -KILL $(as gateway-user podman inspect --format '{{.State.Pid}}' gateway-postgres)`);
    const [known, stranger] = await Promise.all([ask(cleo, "qwen"), ask("sk-nobody", "qwen")]);
    expect(known).toMatchObject(answered);
    // The second where it is back already.
    expect([503, 401]).toContain(stranger.status);
    expect(stranger.body).toMatch(/"message":\s*"[^"]+/);
    await expect.poll(async () => (await tryHost("svc", "status", "gateway")).code, { timeout: 120_000 }).toBe(0);
    await expect.poll(used, { timeout: 60_000, interval: 3_000 }).toBe(before + 2);
    expect(await ask(ada, "qwen")).toMatchObject(answered);
  });
});
