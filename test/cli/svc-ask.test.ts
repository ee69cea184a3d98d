/** `svc status --ask`: what models answer in, the word, the sentence, the lines and the data out. */
import { expect, test } from "vitest";
import { type Status, statusJson, statusText } from "../../src/cli/status-text.ts";
import { withAnswers } from "../../src/cli/svc-ask.ts";
import { statusSchema } from "../../src/config/schema/status.ts";
import { NeedsRoot } from "../../src/model/diagnostic.ts";
import type { HttpAnswer, HttpQuestion } from "../../src/model/http.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";

const CA = "/var/lib/install-quadlets/ca/ca.crt";
const TOKEN: HttpAnswer = { status: 200, body: '{"usage":{"completion_tokens":1}}' };

function indexOf(): ServiceIndex {
  const file = renderSite(siteSources("{}")).files.find(({ path }) => path === INDEX_PATH);
  return JSON.parse(file?.content ?? "") as ServiceIndex;
}

/** As every other service answers that does what it is there for. */
function well({ path }: HttpQuestion): HttpAnswer {
  return { status: 200, body: JSON.stringify({ status: true, version: "1", id: path.split("/").at(-1) }) };
}

async function asked(
  word: Status["judgement"]["word"],
  answer: HttpAnswer | undefined,
  others = well,
  addressOf?: (name: string) => readonly string[],
) {
  const index = indexOf();
  const system = memorySystem({ files: { [CA]: "PEM" } });
  system.runner.on("secret inspect", () => ({ stdout: JSON.stringify([{ SecretData: "value" }]) }));
  system.dns.answer = ({ name }) => addressOf?.(name) ?? [index.address];
  let questions = 0;
  system.http.answer = (question) => {
    if (!question.path.endsWith("/chat/completions")) return others(question);
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
    of: (name: string) => statuses.filter((status) => status.name === name),
    all,
  };
}

/** What programs read has the form that is published. */
function printed(all: readonly Status[]) {
  return statusSchema.parse(JSON.parse(JSON.stringify(statusJson(all, true))));
}

test("a token: the word stays, a line and the data say where and how fast", async () => {
  const { text, one } = await asked("healthy", TOKEN);
  expect(text).toBe(
    ["vllm-qwen: healthy: 1 of 1 units run", "  qwen gives a token at https://vllm.liminati.internal, in 0.0 s"].join(
      "\n",
    ),
  );
  expect(printed(one)).toMatchObject({
    services: [{ name: "vllm-qwen", word: "healthy" }],
    answers: [{ kind: "model", asked: "qwen", model: "qwen", answered: true, where: "https://vllm.liminati.internal" }],
  });
});

test("whoever has no models is asked for what it is there for, and says so in its own lines", async () => {
  const { of } = await asked("healthy", TOKEN);
  expect(statusText(of("opik"), false)).toMatch(
    /^opik: healthy: 1 of 1 units run\n {2}opik gives a trace that was written at https:\/\/opik\.liminati\.internal, in \d+\.\d s$/,
  );
  expect(statusText(of("nginx-proxy"), false).split("\n")).toHaveLength(4);
  expect(statusText(of("dnsmasq"), false)).toContain(
    "  webui.liminati.internal gives the address 100.64.0.1 at 100.64.0.1:53, in ",
  );
  const json = printed(of("dnsmasq"));
  expect(json.answers).toContainEqual(expect.objectContaining({ kind: "name", asked: "liminati.internal" }));
  expect(json.answers?.some((one) => "model" in one)).toBe(false);
});

test("what a service does not do makes it degraded, with whom it is about and what repairs it", async () => {
  const others = (question: HttpQuestion) =>
    question.by?.name.startsWith("webui.") && question.path === "/" ? { status: 502, body: "" } : well(question);
  const { of } = await asked("healthy", TOKEN, others, (name) => (name.startsWith("opik.") ? [] : ["100.64.0.1"]));
  // Nobody manages units here.
  expect(statusText(of("nginx-proxy"), false)).toContain(
    "nginx-proxy: degraded: open-webui does not give an answer at https://webui.liminati.internal: it answers 502: open-webui has failed\n  hint: sudo svc status open-webui\n",
  );
  expect(statusText(of("dnsmasq"), false)).toContain(
    "dnsmasq: degraded: opik.liminati.internal does not give the address 100.64.0.1 at 100.64.0.1:53: it does not know the name\n  hint: sudo install-quadlets\n",
  );
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
  expect(printed(one)).toMatchObject({ answers: [{ answered: false, missing: why }] });
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
