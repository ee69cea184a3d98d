/** stack.yaml with other settings: what was typed in, every other byte as it was. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Edit, withSettings } from "../../src/config/edit-settings.ts";
import { loadSources } from "../../src/config/load.ts";
import { reconfigurable } from "../../src/config/settings-of.ts";
import { siteSources } from "../render/support.ts";
import { fuzz } from "../support/fuzz.ts";

const edit = (text: string, ...edits: readonly (readonly [string, Edit["value"]])[]) =>
  withSettings(
    "stack.yaml",
    text,
    "vllm",
    edits.map(([path, value]) => ({ path: path.split("."), value })),
  );

test.each<[string, string, readonly (readonly [string, Edit["value"]])[], string]>([
  ["a file with nothing in it", "", [["settings.model", "a/b"]], "services: { vllm: { settings: { model: a/b } } }\n"],
  ["a file of comments", "# mine\n", [["settings.n", 1]], "# mine\nservices: { vllm: { settings: { n: 1 } } }\n"],
  [
    "a file without services",
    "domain: x.internal # ours\n",
    [["settings.n", 1]],
    "domain: x.internal # ours\nservices: { vllm: { settings: { n: 1 } } }\n",
  ],
  [
    "a value in a line, with what is said of it",
    "services:\n  vllm:\n    settings:\n      # small\n      model: a/b   # for now\n      n: 1\n  # the rest\n  opik: {}\n",
    [["settings.model", "c/d"]],
    "services:\n  vllm:\n    settings:\n      # small\n      model: c/d   # for now\n      n: 1\n  # the rest\n  opik: {}\n",
  ],
  [
    "a value in braces",
    "services: { vllm: {settings: {model: a/b, n: 1}}, opik: {} }\n",
    [["settings.n", 2]],
    "services: { vllm: {settings: {model: a/b, n: 2}}, opik: {} }\n",
  ],
  [
    "one more in lines",
    "services:\n    vllm:\n        settings:\n            model: a/b\n    opik: {}\n",
    [["settings.n", 2]],
    "services:\n    vllm:\n        settings:\n            model: a/b\n            n: 2\n    opik: {}\n",
  ],
  [
    "one more in braces",
    "services: { vllm: { settings: { model: a/b } } }\n",
    [["settings.n", 2]],
    "services: { vllm: { settings: { model: a/b, n: 2 } } }\n",
  ],
  [
    "one more in empty braces",
    "services:\n  vllm: {}\n",
    [["settings.n", 2]],
    "services:\n  vllm: { settings: { n: 2 } }\n",
  ],
  [
    "a service of which nothing is said",
    "services:\n  vllm:\n  opik: {}\n",
    [["settings.n", 2]],
    "services:\n  vllm: { settings: { n: 2 } }\n  opik: {}\n",
  ],
  [
    "a service that is not in it",
    "services:\n  opik: {}\n",
    [["settings.n", 2]],
    "services:\n  opik: {}\n  vllm: { settings: { n: 2 } }\n",
  ],
  [
    "a list, and a text that looks like something else",
    "services: { vllm: { settings: { a: [x], b: y } } }\n",
    [
      ["settings.a", ["1", "b c"]],
      ["settings.b", "true"],
    ],
    'services: { vllm: { settings: { a: ["1", "b c"], b: "true" } } }\n',
  ],
  [
    "what it is given of the cards",
    "services:\n  vllm: { gpu: { memory: 0.9 } }\n",
    [["gpu.memory", 0.5]],
    "services:\n  vllm: { gpu: { memory: 0.5 } }\n",
  ],
  [
    "one less in lines",
    "services:\n  vllm:\n    settings:\n      model: a/b # gone with it\n      n: 1\n",
    [["settings.model", undefined]],
    "services:\n  vllm:\n    settings:\n      n: 1\n",
  ],
  ["one less that is not there", "services:\n  vllm: {}\n", [["settings.model", undefined]], "services:\n  vllm: {}\n"],
  [
    "the same value changes nothing",
    "services: { vllm: { settings: { n:   2 } } }\n",
    [["settings.n", 2]],
    "services: { vllm: { settings: { n:   2 } } }\n",
  ],
  [
    "no line break at the end",
    "services:\n  vllm:\n    settings:\n      n: 1",
    [["settings.m", 2]],
    "services:\n  vllm:\n    settings:\n      n: 1\n      m: 2\n",
  ],
])("%s", (_, before, edits, after) => {
  expect(edit(before, ...edits)).toBe(after);
});

test.each(["services: [a", "- a", "a: 1\na: 2"])("what is no such file is refused: %j", (text) => {
  expect(() => edit(text, ["settings.n", 1])).toThrow("stack.yaml cannot be edited: it is not as it should be");
});

test("an anchor that others hang on means the same afterwards", () => {
  const text =
    "base: &base { model: a/b, n: 1 }\nservices:\n  vllm: { settings: *base }\n  other: { settings: *base }\n";
  const after = parse(edit(text, ["settings.model", "c/d"])) as Record<string, Record<string, unknown>>;
  expect(after["services"]?.["vllm"]).toEqual({ settings: { model: "c/d", n: 1 } });
  expect(after["services"]?.["other"]).toEqual({ settings: { model: "a/b", n: 1 } });
});

test("whatever is set, the file says it, and says everything else as before", () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 }));
  const others = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.oneof(fc.string(), fc.integer()), { maxKeys: 4 });
  void fc.assert(
    fc.property(others, value, fc.boolean(), (settings, set, inLines) => {
      const head = "# head\nservices:\n  opik: {} # keep\n  vllm:";
      const lines = Object.entries(settings).map(([key, one]) => `${key}: ${JSON.stringify(one)}`);
      const text =
        inLines && lines.length > 0
          ? `${head}\n    settings:\n      ${lines.join("\n      ")}\n`
          : `${head} { settings: { ${lines.join(", ")} } }\n`;
      const after = edit(text, ["settings.zz", set]);
      expect(parse(after)).toEqual({ services: { opik: {}, vllm: { settings: { ...settings, zz: set } } } });
      expect(after.startsWith("# head\nservices:\n  opik: {} # keep\n")).toBe(true);
    }),
    fuzz(),
  );
});

describe("words that are typed", () => {
  const words = (typed: readonly string[], stack = "{}", resets: readonly string[] = []) =>
    reconfigurable(siteSources(stack), "vllm-qwen").edits(typed, resets);

  test("have the type that the service file declares", () => {
    expect(
      words([
        "model=Qwen/Qwen3-8B",
        "max_model_len=8192",
        "gpu_memory_utilization=.5",
        "huggingface_offline=true",
        "gpus=0, 1",
        "quantization=",
        "extra_args=--a=b,--c",
      ]),
    ).toEqual([
      { path: ["settings", "model"], value: "Qwen/Qwen3-8B" },
      { path: ["settings", "max_model_len"], value: 8192 },
      { path: ["settings", "gpu_memory_utilization"], value: 0.5 },
      { path: ["settings", "huggingface_offline"], value: true },
      { path: ["settings", "gpus"], value: ["0", "1"] },
      { path: ["settings", "quantization"], value: "" },
      { path: ["settings", "extra_args"], value: ["--a=b", "--c"] },
    ]);
    expect(words([], "{}", ["max_model_len"])).toEqual([{ path: ["settings", "max_model_len"], value: undefined }]);
  });

  test("go where the site says it already", () => {
    const stack = "services: { vllm-qwen: { gpu: { memory: 0.6 } } }";
    expect(words(["gpu_memory_utilization=0.5", "gpu.devices=0"], stack)).toEqual([
      { path: ["gpu", "memory"], value: 0.5 },
      { path: ["gpu", "devices"], value: ["0"] },
    ]);
  });

  test("all that is wrong with them is said at once, with the nearest name", () => {
    expect(() =>
      words(["modle=x", "max_model_len=8k", "huggingface_offline=yes", "model", "gpu.memory=a"], "{}", ["tpye"]),
    ).toThrow(
      /^vllm-qwen has no setting "modle": did you mean model\?\nerror: max_model_len: wanted a whole number, found "8k"\nerror: huggingface_offline: wanted true or false, found "yes"\nerror: model: wanted model=VALUE\nerror: gpu\.memory: wanted a number, found "a"\nerror: vllm-qwen has no setting "tpye": .*$/s,
    );
    expect(() => reconfigurable(siteSources(), "vllm-qwn")).toThrow("there is no service vllm-qwn in the stack");
  });

  test("the sources stay as they were", () => {
    expect(loadSources(siteSources("{}"), () => undefined).stack.kind).toBe("map");
  });
});
