/** Runs test/cases/gateway/env.yaml: what becomes of the lines of an old .env. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { fatesText } from "../../src/cli/import-secrets.ts";
import { readEnvFile } from "../../src/config/env-file.ts";
import { type Fate, fatesOf } from "../../src/gateway/import.ts";
import { ConfigError } from "../../src/model/diagnostic.ts";
import { resolve } from "./support.ts";

interface Case {
  readonly name: string;
  readonly text: string;
  readonly fates?: string;
  readonly given?: Readonly<Record<string, string>>;
  readonly errors?: string;
}

const stack = resolve({
  stack: "services: { gateway: {}, llama-cpp: {} }",
  providers: `
providers:
  open: { type: openai, key: openai, models: { a: } }
  more: { type: openai, key: second, base_url: "https://more.example.org/v1", models: { b: } }
  same: { type: openai, key: second, base_url: "https://same.example.org/v1", models: { c: } }
  off: { type: gemini, key: google, status: disabled, models: { d: } }
`,
});
const file = new URL("../cases/gateway/env.yaml", import.meta.url);

function say(fate: Fate): string {
  if (fate.kind === "left") return `${fate.line} ${fate.name}: ${fate.why}`;
  if (fate.kind === "secret")
    return `${fate.line} ${fate.name} -> ${fate.secrets.map(({ title }) => title).join(", ")}`;
  const words = fate.settings.map(({ service, setting, value }) => `${service} ${setting} ${JSON.stringify(value)}`);
  return `${fate.line} ${fate.name} => ${words.join(", ")}`;
}

test.each(parse(readFileSync(file, "utf8")) as readonly Case[])("$name", ({ text, fates, given, errors }) => {
  const read = () => readEnvFile({ file: ".env", text });
  if (errors !== undefined) {
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(errors.trimEnd());
    expect(() => read()).not.toThrow("hf_secret");
    return;
  }
  const entries = read();
  const found = fatesOf(stack, entries);
  expect(`${found.map(say).join("\n")}\n`).toBe(fates);
  const shown = fatesText(found, false);
  for (const value of Object.values(given ?? {})) expect(shown).not.toContain(value);
  const values = found.flatMap((fate) =>
    fate.kind === "secret"
      ? fate.secrets.map(({ title }) => [title, entries.find(({ line }) => line === fate.line)?.value])
      : [],
  );
  expect(Object.fromEntries(values)).toEqual(given ?? {});
});

test("what is said to be for stack.yaml is pasted there, and loads", () => {
  const text = `
MODEL_NAME="Qwen/Qwen3: #32B"
TP_SIZE=2
QUANTIZATION=fp8
GPU_MEMORY_UTILIZATION=0.85
MAX_MODEL_LEN=65536
MAX_NUM_SEQS=16
`;
  const shown = fatesText(fatesOf(stack, readEnvFile({ file: ".env", text })), false);
  const [, pasted] = shown.split("yours to write:\n");
  const service = resolve({ stack: pasted ?? "" }).services.find(({ name }) => name === "vllm-qwen");
  expect(service?.settings).toMatchObject({
    model: "Qwen/Qwen3: #32B",
    tensor_parallel_size: 2,
    quantization: "fp8",
    gpu_memory_utilization: 0.85,
    max_model_len: 65536,
    max_num_seqs: 16,
  });
});
