/** Traces of requests: one word, a question through the gateway, and what of it is found in Phoenix. */
import { beforeAll, expect, test } from "vitest";
import { forNobody, inArguments, inFiles, NOBODY } from "./search.ts";
import { smallStack, startFrom } from "./start.ts";
import { host, hostScript, putFile, tryHost } from "./support.ts";

interface Span {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

startFrom("small", { images: "gateway observability" });

const SPANS = "http://127.0.0.1:6006/v1/projects/default/spans?limit=1000";
const WORDS = "the heron at the weir was grey";
const TOLD = "another heron, and who may read of it";

let master: string;
let secret: string;

async function apply(settings: object): Promise<void> {
  const stack = smallStack({ gateway: { settings }, phoenix: {} });
  await putFile("/etc/install-quadlets/stack.yaml", `traces: phoenix\n${stack}`);
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
  expect(await ask(WORDS)).toContain("The lab answers");
  const both = async () => {
    const there = await spans();
    return [from(there, "gateway").length > 0, from(there, "vllm-qwen").length > 0];
  };
  await expect.poll(both, { timeout: 60_000 }).toEqual([true, true]);
  const there = await spans();
  expect(from(there, "gateway").at(0)).toMatchObject({
    name: "litellm_request",
    attributes: { "gen_ai.request.model": "qwen", "gen_ai.usage.output_tokens": 3 },
  });
  expect(from(there, "vllm-qwen").at(0)?.attributes).toMatchObject({ "gen_ai.response.model": "qwen" });
  expect(JSON.stringify(there)).not.toContain("heron");
});

test("nobody reads them without a key, and nobody else reaches the port", async () => {
  const status = await hostScript(`curl -sS -o /dev/null -w '%{http_code}' '${SPANS}'`);
  expect(status).toBe("401");
  const refused = await hostScript(`${NOBODY} curl -sS --max-time 5 '${SPANS}' 2>&1 || true`);
  expect(refused).toMatch(/refused|timed out/i);
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
  expect(await ask(WORDS)).toContain("The lab answers");
  await host("svc", "start", "phoenix");
  expect(await spans()).not.toEqual([]);
});
