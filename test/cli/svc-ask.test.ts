/** `svc status --ask`: what models answer in, the word, the sentence, the lines and the data out. */
import { expect, test } from "vitest";
import { type Status, statusJson, statusText } from "../../src/cli/status-text.ts";
import { withAnswers } from "../../src/cli/svc-ask.ts";
import { NeedsRoot } from "../../src/model/diagnostic.ts";
import type { HttpAnswer } from "../../src/model/http.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";

const CA = "/var/lib/install-quadlets/ca/ca.crt";
const TOKEN: HttpAnswer = { status: 200, body: '{"usage":{"completion_tokens":1}}' };

function indexOf(): ServiceIndex {
  const file = renderSite(siteSources("{}")).files.find(({ path }) => path === INDEX_PATH);
  return JSON.parse(file?.content ?? "") as ServiceIndex;
}

async function asked(word: Status["judgement"]["word"], answer: HttpAnswer | undefined) {
  const index = indexOf();
  const system = memorySystem({ files: { [CA]: "PEM" } });
  system.runner.on("secret inspect", () => ({ stdout: JSON.stringify([{ SecretData: "value" }]) }));
  let questions = 0;
  system.http.answer = () => {
    questions += 1;
    return answer;
  };
  const all = index.services.map(
    (service): Status => ({
      name: service.name,
      judgement: { word, sentence: "1 of 1 units run" },
      state: { service, units: [], judgement: { word, sentence: "" } } as unknown as Status["state"],
      units: [],
      expiries: {},
    }),
  );
  const statuses = await withAnswers(system, index, all);
  const one = statuses.filter(({ name }) => name === "vllm-qwen");
  return {
    questions,
    one,
    text: statusText(one, false),
    others: statuses.filter((status) => !one.includes(status)),
    all,
  };
}

test("a token: the word stays, a line and the data say where and how fast", async () => {
  const { text, one, others, all } = await asked("healthy", TOKEN);
  expect(text).toBe(
    ["vllm-qwen: healthy: 1 of 1 units run", "  qwen gives a token at https://vllm.liminati.internal, in 0.0 s"].join(
      "\n",
    ),
  );
  expect(statusJson(one, true)).toMatchObject({
    services: [{ name: "vllm-qwen", word: "healthy" }],
    answers: [{ model: "qwen", answered: true, where: "https://vllm.liminati.internal" }],
  });
  // Who has no models is as before.
  expect(others).toEqual(all.filter(({ name }) => name !== "vllm-qwen"));
});

test.each<[string, HttpAnswer, string, string]>([
  [
    "an engine's own words",
    { status: 400, body: '{"error":"no such lora"}' },
    "it answers 400: no such lora",
    "sudo svc logs vllm-qwen",
  ],
  ["an old key", { status: 401, body: "" }, "the key that is in the store is refused", "sudo svc restart vllm-qwen"],
])("%s: it is degraded, with what to do next", async (_, answer, why, hint) => {
  const { text, one } = await asked("healthy", answer);
  expect(text).toBe(
    [
      `vllm-qwen: degraded: qwen does not give a token at https://vllm.liminati.internal: ${why}`,
      `  hint: ${hint}`,
    ].join("\n"),
  );
  expect(statusJson(one, true)).toMatchObject({ answers: [{ answered: false, missing: why }] });
});

test.each(["starting", "failed", "stopped", "asleep", "degraded"] as const)(
  "one that is %s is not asked",
  async (word) => {
    const { questions, text } = await asked(word, TOKEN);
    expect(questions).toBe(0);
    expect(text).toBe(`vllm-qwen: ${word}: 1 of 1 units run`);
  },
);

test("without root nobody is asked: keys are root's", async () => {
  const system = memorySystem({ host: { effectiveUid: () => 1000 } });
  await expect(withAnswers(system, indexOf(), [])).rejects.toThrow(NeedsRoot);
});
