/** Which models are proposed for which memory, and the files with them: as a plan reads them, with all that somebody wrote. */
import { describe, expect, test } from "vitest";
import { readBuiltIn, SITE } from "../../src/cli/package.ts";
import { changesOf, presentIn, suggestionText } from "../../src/cli/suggest-models.ts";
import type { Sources } from "../../src/config/load.ts";
import { resolveStack } from "../../src/config/resolve.ts";
import { type Suggestion, suggestModels } from "../../src/init/suggest-models.ts";
import type { Stack } from "../../src/model/service.ts";
import { gpu, host, situation } from "./hosts.ts";

function sources(stack = "", registry: Sources["registry"] = {}): Sources {
  const builtIn = readBuiltIn();
  const own = stack === "" ? [] : [{ file: `${SITE}/stack.yaml`, text: stack }];
  return { ...builtIn, stack: [...builtIn.stack, ...own], registry };
}

function suggested(gpus: readonly ReturnType<typeof gpu>[], at = sources()): Suggestion {
  const found = suggestModels(situation(host(gpus)), presentIn(at, resolveStack(at)));
  if (found === undefined) throw new Error("nothing is proposed");
  return found;
}

/** The files as they would be. */
function written(at: Sources, { edits }: Suggestion): Sources {
  const texts = new Map(changesOf(at, edits).map(({ path, after }) => [path, after]));
  const stack = texts.get(`${SITE}/stack.yaml`);
  const kinds = { providers: "providers.yaml", mappings: "model-mappings.yaml" } as const;
  const registry = Object.entries(kinds).flatMap(([kind, name]) => {
    const text = texts.get(`${SITE}/${name}`);
    return text === undefined ? [] : [[kind, { file: `${SITE}/${name}`, text }]];
  });
  return {
    ...at,
    stack: [
      ...at.stack.filter(({ file }) => stack === undefined || file !== `${SITE}/stack.yaml`),
      ...(stack === undefined ? [] : [{ file: `${SITE}/stack.yaml`, text: stack }]),
    ],
    registry: { ...at.registry, ...Object.fromEntries(registry) },
  };
}

function served({ registry }: Stack): readonly string[] {
  return (registry?.mappings ?? []).map(({ name }) => name);
}

const BIG = [gpu("NVIDIA H100 80GB HBM3", 79.6)];

describe.each<[string, readonly ReturnType<typeof gpu>[], readonly string[], readonly string[]]>([
  ["no GPU", [], ["ollama tinyllama"], ["tinyllama"]],
  ["12 GB", [gpu("NVIDIA GeForce RTX 4070", 12)], ["ollama tinyllama"], ["tinyllama"]],
  ["16 GB", [gpu("NVIDIA GeForce RTX 4080", 16)], ["ollama gpt-oss:20b", "ollama bge-m3"], ["gpt-oss:20b", "bge-m3"]],
  [
    "24 GB",
    [gpu("NVIDIA GeForce RTX 4090", 24)],
    ["vllm openai/gpt-oss-20b", "ollama bge-m3"],
    ["gpt-oss-20b", "bge-m3"],
  ],
  ["80 GB", BIG, ["vllm Qwen/Qwen3-30B-A3B-Instruct-2507", "ollama bge-m3"], ["qwen3-30b-a3b-instruct-2507", "bge-m3"]],
])("%s", (_, gpus, models, names) => {
  test("what is proposed, and offered by the gateway then", () => {
    const found = suggested(gpus);
    expect(found.models.map(({ engine, name }) => `${engine} ${name}`)).toEqual(models);
    const stack = resolveStack(written(sources(), found));
    expect([...served(stack)].toSorted()).toEqual([...names].toSorted());
  });

  test("once it is written there is nothing more to say", () => {
    const then = written(sources(), suggested(gpus));
    expect(changesOf(then, suggested(gpus, then).edits)).toEqual([]);
  });
});

test("memory that services of the stack use now is theirs to give", () => {
  const [card = gpu("x", 1)] = BIG;
  expect(suggested([{ ...card, usedBytes: card.totalBytes * 0.9 }])).toEqual(suggested(BIG));
});

test("little memory: larger models can be asked elsewhere", () => {
  expect(suggested([]).found).toBe("no GPU that models could run on");
  expect(suggested([]).remarks.join()).toContain("providers.yaml");
  expect(suggested(BIG).remarks).toEqual([]);
});

test("nothing for a card that nobody knows", () => {
  const at = situation(host([], { nvidiaCards: 1 }));
  expect(suggestModels(at, presentIn(sources(), resolveStack(sources())))).toBeUndefined();
});

const OWN = `# mine
services:
  gateway: {} # one door
  vllm-qwen: { settings: { model: Qwen/Qwen3-4B-AWQ, served_name: small } } # tried and good
  ollama: { settings: { models: [qwen3:4b] } }
`;
const MAPPINGS = `models:
  # the one that everybody asks for
  small: { to: [{ provider: vllm-qwen }], aliases: [bge-m3] }
`;

test("what somebody wrote stays, with its comments: models are added, and a name that is taken is left alone", () => {
  const at = sources(OWN, { mappings: { file: `${SITE}/model-mappings.yaml`, text: MAPPINGS } });
  const found = suggested([gpu("NVIDIA GeForce RTX 4080", 16)], at);
  expect(changesOf(at, found.edits).map(({ after }) => after)).toEqual([
    OWN.replace("[qwen3:4b]", '["qwen3:4b", "gpt-oss:20b", "bge-m3"]'),
    `${MAPPINGS}  gpt-oss:20b: { to: [{"provider":"ollama"}] }\n`,
  ]);
  expect(found.remarks).toEqual([
    "vllm-qwen is on, and wants a card to itself: vllm-qwen: { enabled: false } makes room",
  ]);
  resolveStack(written(at, found));
});

test("a model that somebody chose for vLLM stays", () => {
  const at = sources(OWN);
  const found = suggested(BIG, at);
  expect(changesOf(at, found.edits).map(({ after }) => after)).toEqual([
    OWN.replace("[qwen3:4b] }", '["qwen3:4b", "bge-m3"], gpus: [] }'),
  ]);
  expect(found.remarks).toEqual(["stack.yaml names a model for vllm-qwen already: it stays"]);
});

test("a file of providers is told of the service", () => {
  const providers = {
    file: `${SITE}/providers.yaml`,
    text: "providers:\n  vllm: { type: vllm, service: vllm-qwen }\n",
  };
  const at = sources("services: { gateway: {} }\n", { providers });
  const then = resolveStack(written(at, suggested([gpu("NVIDIA GeForce RTX 4080", 16)], at)));
  expect(then.registry?.providers.find(({ name }) => name === "ollama")).toMatchObject({ service: "ollama" });
});

const LEADING = [
  "providers:\n  local: { type: vllm, service: vllm-qwen }\n  little: { type: ollama, service: ollama }\n",
  "providers:\n  local: { type: vllm, service: vllm-qwen, models: { qwen: , dear: { price: { input: 1, output: 1 } } } }\n",
  "providers:\n  vllm-qwen: { type: vllm, service: vllm-qwen }\n  ollama: { type: ollama, service: ollama, models: { tinyllama: } }\n",
];

test.each(LEADING)(
  "what files already lead to goes on to be there under its name, whatever its provider is called: %j",
  (text) => {
    const provider = text.includes("local:") ? "local" : "vllm-qwen";
    const at = sources("services: { gateway: {}, ollama: { settings: { models: [tinyllama] } } }\n", {
      providers: { file: `${SITE}/providers.yaml`, text },
      mappings: { file: `${SITE}/model-mappings.yaml`, text: `models:\n  qwen: { to: [{ provider: ${provider} }] }\n` },
    });
    const found = suggested(BIG, at);
    const then = resolveStack(written(at, found));
    const vllm = then.services.find(({ name }) => name === "vllm-qwen");
    expect(vllm?.settings).toMatchObject({ model: "Qwen/Qwen3-30B-A3B-Instruct-2507", served_name: "qwen" });
    expect(found.remarks).toContain("vllm-qwen is still asked for as qwen, which the files of the site may say");
    expect([...served(then)].toSorted()).toEqual(["bge-m3", "qwen"]);
    expect(changesOf(written(at, found), suggested(BIG, written(at, found)).edits)).toEqual([]);
  },
);

test("a key that may ask for the model of vLLM may do so afterwards", () => {
  const keys = { file: `${SITE}/keys.yaml`, text: "keys: { anna: { models: [qwen] } }\n" };
  const at = sources("services: { gateway: {} }\n", { keys });
  expect([...served(resolveStack(written(at, suggested(BIG, at))))].toSorted()).toEqual(["bge-m3", "qwen"]);
});

test("in words: what was found, each model with its reason, the lines, what is left to a person", () => {
  const at = sources();
  const found = suggested([], at);
  const text = suggestionText(found, changesOf(at, found.edits));
  expect(text).toContain("no GPU that models could run on:\n  tinyllama  ollama  0.6 GB");
  expect(text).toContain('+  ollama: { settings: { models: ["tinyllama"], gpus: [] } }');
  expect(text).toContain("note: larger models can be asked elsewhere");
});
