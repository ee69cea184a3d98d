/** A question to each model: what answers, hangs, refuses or sleeps in, and the words for it out. */
import { describe, expect, test } from "vitest";
import { missingIn } from "../../src/apps/missing-answers.ts";
import { askModels } from "../../src/apps/probes.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import type { HttpAnswer, HttpQuestion } from "../../src/model/http.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { isFound } from "../../src/model/probe.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";

const CA = "/var/lib/install-quadlets/ca/ca.crt";

function indexOf(stack: string): ServiceIndex {
  const file = renderSite(siteSources(stack)).files.find(({ path }) => path === INDEX_PATH);
  return JSON.parse(file?.content ?? "") as ServiceIndex;
}

const TOKEN: HttpAnswer = { status: 200, body: '{"usage":{"completion_tokens":1}}' };
const NO_MODEL: HttpAnswer = { status: 404, body: '{"error":"model \'bge-m3\' not found"}' };

/** `awake`: units that are active; everything else is inactive. */
async function ask(
  stack: string,
  answer: (question: HttpQuestion) => HttpAnswer | undefined,
  awake: readonly string[],
) {
  const index = indexOf(stack);
  const sockets = index.services.map(({ uid }) => [`/run/user/${uid}/systemd/private`, ""] as const);
  const system = memorySystem({ files: { [CA]: "PEM", ...Object.fromEntries(sockets) } });
  const asked: string[] = [];
  system.runner.on("secret inspect", ({ argv }) => ({
    stdout: JSON.stringify([{ SecretData: `value of ${argv.at(-1)}` }]),
  }));
  system.runner.on(/systemctl --user .*show/, ({ argv }) => ({
    stdout: argv
      .filter((word) => word.endsWith(".service"))
      .map((unit) => `Id=${unit}\nLoadState=loaded\nActiveState=${awake.includes(unit) ? "active" : "inactive"}\n`)
      .join("\n"),
  }));
  system.http.answer = (question) => {
    asked.push(
      `${question.by?.name ?? "127.0.0.1"}:${question.port}${question.path} ${JSON.parse(question.body?.reveal() ?? "{}").model}`,
    );
    return answer(question);
  };
  const answers = await askModels(system, index);
  return { asked, answers, lines: missingIn(answers).map(({ text, hint }) => `${text} | ${hint}`), system };
}

test("a model is asked by its public name, at this host's address, with its key, and who vouches for it is our authority", async () => {
  let seen: HttpQuestion | undefined;
  const { answers, lines } = await ask(
    "{}",
    (question) => {
      seen = question;
      return TOKEN;
    },
    [],
  );
  expect(seen?.by).toEqual({ name: "vllm.liminati.internal", address: "100.64.0.1", trust: "PEM" });
  expect(seen?.bearer?.reveal()).toBe("value of vllm-qwen-api-key");
  expect(JSON.parse(seen?.body?.reveal() ?? "")).toEqual({
    model: "qwen",
    messages: [{ role: "user", content: "Hello" }],
    max_tokens: 1,
  });
  expect(answers).toMatchObject([
    { service: "vllm-qwen", where: "https://vllm.liminati.internal", missing: undefined },
  ]);
  expect(lines).toEqual([]);
});

const AT = "qwen does not give a token at https://vllm.liminati.internal: ";

describe("what is said where no token comes", () => {
  test.each<[string, (question: HttpQuestion) => HttpAnswer | undefined, string]>([
    ["nobody is there", () => undefined, `${AT}nobody answers at 100.64.0.1:443 | undefined`],
    [
      "an old key",
      () => ({ status: 401, body: "" }),
      `${AT}the key that is in the store is refused | sudo svc restart vllm-qwen`,
    ],
    [
      "the proxy's own words",
      () => ({ status: 502, body: "<html>\n<head>" }),
      `${AT}it answers 502: <html> | sudo svc status vllm-qwen`,
    ],
    [
      "the engine's own words, without what moves a cursor",
      () => ({ status: 400, body: JSON.stringify({ error: { message: "no\u001b[2Jpe" } }) }),
      `${AT}it answers 400: no\\u001b[2Jpe | sudo svc status vllm-qwen`,
    ],
    [
      "an answer of nothing",
      () => ({ status: 200, body: '{"usage":{"completion_tokens":0}}' }),
      `${AT}it answers without a token | sudo svc status vllm-qwen`,
    ],
    [
      "it hangs",
      () => {
        throw new UserError("it does not answer within 60 s");
      },
      `${AT}it does not answer within 60 s | sudo svc status vllm-qwen`,
    ],
  ])("%s", async (_, answer, line) => {
    const { lines } = await ask("{}", answer, []);
    expect(lines).toEqual([line.replace("| undefined", "| sudo svc status")]);
  });
});

test("what has just started may need a second word, and no more than twenty seconds of them", async () => {
  let left = 3;
  const late = await ask("{}", () => (left-- > 0 ? { status: 503, body: "" } : TOKEN), []);
  expect([late.asked.length, late.lines]).toEqual([4, []]);
  const never = await ask("{}", () => ({ status: 503, body: "" }), []);
  expect(never.asked.length).toBe(20);
  let broken = 2;
  const old = await ask("{}", () => {
    if (broken-- > 0) throw new UserError("it is not to be trusted");
    return TOKEN;
  }, []);
  expect([old.asked.length, old.lines]).toEqual([3, []]);
  const refused = await ask("{}", () => ({ status: 400, body: "" }), []);
  expect(refused.asked.length).toBe(1);
});

const TURNS = `
services:
  vllm-qwen: { gpu: { devices: [0] }, swap: { group: chat, default: true } }
  vllm-big:
    from: vllm-qwen
    account: { user: big-user, home: /var/lib/big }
    ports: { api: 8002 }
    hosts: { vllm: big }
    gpu: { devices: [0] }
    swap: { group: chat }
    settings: { served_name: big }
  opik: { enabled: false }
`;

test("who is asleep is not asked", async () => {
  const { asked } = await ask(TURNS, () => TOKEN, ["vllm-qwen.service"]);
  expect(asked).toEqual(["vllm.liminati.internal:443/v1/chat/completions qwen"]);
});

const ENGINES =
  "services: { opik: { enabled: false }, llama-cpp: {}, ollama: { settings: { models: [bge-m3] } }, gateway: {} }";

test("the gateway is asked last, of each model that is here, and not of those that do not answer themselves", async () => {
  const all = await ask(
    ENGINES,
    () => ({ status: 200, body: '{"usage":{"completion_tokens":1},"details":{"a":1}}' }),
    [],
  );
  expect(all.asked.slice(0, 3).toSorted()).toEqual([
    "127.0.0.1:11434/api/show bge-m3",
    "llama.liminati.internal:443/v1/chat/completions qwen-small",
    "vllm.liminati.internal:443/v1/chat/completions qwen",
  ]);
  expect(all.asked.slice(3).toSorted()).toEqual(
    ["bge-m3", "qwen", "qwen-small"].map((model) => `llm.liminati.internal:443/v1/chat/completions ${model}`),
  );
  const some = await ask(ENGINES, ({ path }) => (path === "/api/show" ? NO_MODEL : TOKEN), []);
  expect(some.asked.slice(3).toSorted()).toEqual(
    ["qwen", "qwen-small"].map((model) => `llm.liminati.internal:443/v1/chat/completions ${model}`),
  );
  expect(some.lines).toEqual([
    "bge-m3 does not give a model that was pulled at http://127.0.0.1:11434: it answers 404: model 'bge-m3' not found | sudo install-quadlets pulls what is declared",
  ]);
  expect(some.answers.find(({ asked }) => asked === "bge-m3")?.byHand).toBe(false);
});

test("one cause is said once", async () => {
  const { lines } = await ask(
    ENGINES,
    ({ by }) => (by === undefined ? { status: 200, body: '{"details":{"a":1}}' } : undefined),
    [],
  );
  expect(lines).toEqual([
    "qwen, qwen-small, bge-m3 do not give a token at https://vllm.liminati.internal, https://llama.liminati.internal, https://llm.liminati.internal: nobody answers at 100.64.0.1:443 | sudo svc status",
  ]);
});

test.each([
  [{ usage: { completion_tokens: 2 } }, "usage.completion_tokens", true],
  [{ usage: { completion_tokens: 0 } }, "usage.completion_tokens", false],
  [{ choices: [{ text: "a" }] }, "choices.0.text", true],
  [{ choices: [{ text: "" }] }, "choices.0.text", false],
  [{ details: {} }, "details", false],
  [{}, "toString.name", false],
  [undefined, "a.b", false],
  ["text", "length", false],
])("in %j %s is there: %s", (answer, find, is) => {
  expect(isFound(answer, find)).toBe(is);
});
