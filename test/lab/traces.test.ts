/** Traces of requests: one word, a question through the gateway, and what of it is found in Phoenix and in Jaeger. */
import { beforeAll, expect, test } from "vitest";
import { forNobody, inArguments, inFiles, NOBODY } from "./search.ts";
import { smallStack, startFrom } from "./start.ts";
import { host, hostScript, putFile, tryHost } from "./support.ts";

interface Span {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

interface Found {
  readonly data: readonly {
    readonly spans: readonly { readonly tags: readonly { key: string; value: unknown }[] }[];
  }[];
}

startFrom("small", { images: "gateway observability" });

const SPANS = "http://127.0.0.1:6006/v1/projects/default/spans?limit=1000";
const WORDS = "the heron at the weir was grey";
const ANSWER = /"content": ?" [a-z]+/;
const TOLD = "another heron, and who may read of it";

let master: string;
let secret: string;

async function apply(settings: object, traces = "phoenix"): Promise<void> {
  const stack = smallStack({ gateway: { settings }, [traces]: {} });
  await putFile("/etc/install-quadlets/stack.yaml", `traces: ${traces}\n${stack}`);
  const run = await tryHost("install-quadlets", "--yes");
  expect(run.code, run.out + run.err).toBe(0);
}

async function ask(content: string): Promise<string> {
  const body = JSON.stringify({ model: "qwen", messages: [{ role: "user", content }], max_tokens: 3 });
  const sent = ["-H", `authorization: Bearer ${master}`, "-H", "content-type: application/json", "--data", body];
  return host("curl", "-fsS", "--max-time", "60", ...sent, "http://127.0.0.1:4000/v1/chat/completions");
}

async function spans(): Promise<readonly Span[]> {
  const answer = await host("curl", "-fsS", "-H", `authorization: Bearer ${secret}`, SPANS);
  return (JSON.parse(answer) as { readonly data: readonly Span[] }).data;
}

const from = (list: readonly Span[], service: string) =>
  list.filter(({ attributes }) => attributes["service.name"] === service);

beforeAll(async () => {
  await apply({});
  const show = async (name: string) => (await host("install-quadlets", "secrets", "show", name)).trim();
  [master, secret] = [await show("gateway/master-key"), await show("phoenix/admin-secret")];
});

test("a question through the gateway is a trace of the gateway and one of vLLM, and says which model, and not what was asked", async () => {
  expect(await ask(WORDS)).toMatch(ANSWER);
  // The run has asked each of them for a token already.
  const ours = async () => {
    const there = await spans();
    return [
      from(there, "gateway").filter(({ attributes }) => attributes["gen_ai.usage.output_tokens"] === 3),
      from(there, "vllm-qwen").filter(({ attributes }) => attributes["gen_ai.usage.completion_tokens"] === 3),
    ].map((found) => found.map(({ name, attributes }) => [name, attributes["gen_ai.response.model"]]));
  };
  const wanted = [[["litellm_request", "qwen"]], [["llm_request", "qwen"]]];
  await expect.poll(ours, { timeout: 60_000 }).toEqual(wanted);
  const there = await spans();
  expect(JSON.stringify(there)).not.toContain("heron");
});

test("nobody reads them without a key, and nobody else reaches the port", async () => {
  const status = await hostScript(`curl -sS -o /dev/null -w '%{http_code}' '${SPANS}'`);
  expect(status).toBe("401");
  const refused = await hostScript(`${NOBODY} curl -sS --max-time 5 '${SPANS}' 2>&1 || true`);
  expect(refused).toMatch(/not connect|refused|timed out/i);
  expect(await inFiles([secret])).toBe("");
  expect(await inArguments([secret])).toBe("");
  expect(await forNobody([secret])).toBe("");
});

test("with trace_prompts what was asked is in it, too, and not what was asked before", async () => {
  await apply({ trace_prompts: true });
  await ask(TOLD);
  const all = async () => JSON.stringify(await spans());
  await expect.poll(all, { timeout: 60_000 }).toContain(TOLD);
  expect(await all()).not.toContain(WORDS);
});

test("while Phoenix is away requests go on", async () => {
  await host("svc", "stop", "phoenix");
  expect(await ask(WORDS)).toMatch(ANSWER);
  await host("svc", "start", "phoenix");
  expect(await spans()).not.toEqual([]);
});

test("one word more and they are Jaeger's, which asks for no key and is reached by nobody else either", async () => {
  await apply({}, "jaeger");
  await ask(WORDS);
  const url = (service: string) => `http://127.0.0.1:16686/api/traces?service=${service}`;
  const tags = async (service: string) => {
    const { data } = JSON.parse(await host("curl", "-fsS", url(service))) as Found;
    const all = data.flatMap(({ spans: list }) =>
      list.flatMap((span) => span.tags.map(({ key, value }) => `${key} ${value}`)),
    );
    return all.filter((tag) => /(output|completion)_tokens 3$/.test(tag)).length;
  };
  const both = async () => [await tags("gateway"), await tags("vllm-qwen")];
  await expect.poll(both, { timeout: 60_000 }).toEqual([1, 1]);
  const closed = await hostScript(`${NOBODY} curl -sS --max-time 5 '${url("gateway")}' 2>&1 || true`);
  expect(closed).toMatch(/not connect|refused|timed out/i);
  expect(await host("curl", "-fsS", url("gateway"))).not.toContain("heron");
});
