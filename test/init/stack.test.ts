/** What `init` proposes and writes for many hosts: read by the loader that `plan` uses, and rendered. */
import { describe, expect, test } from "vitest";
import { readBuiltIn } from "../../src/cli/package.ts";
import { sampleFiles } from "../../src/cli/render.ts";
import { resolveStack } from "../../src/config/resolve.ts";
import { nameModel } from "../../src/init/choose-model.ts";
import { nameOf, type Situation } from "../../src/init/questions.ts";
import { EXTRAS, type Site } from "../../src/init/site.ts";
import { stackText } from "../../src/init/stack-text.ts";
import { foundText, remarks } from "../../src/init/words.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import type { Stack } from "../../src/model/service.ts";
import { GIB } from "../../src/model/size.ts";
import { gpu, HOSTS, host, situation } from "./hosts.ts";

const BASE = { listen: "auto", domain: "liminati.internal", tailnetName: false, extras: [] } as const;

function siteOf(at: Situation, more: Partial<Site> = {}): Site {
  return { ...BASE, model: at.proposal ?? { engine: "none" }, ...more };
}

function load(at: Situation, site: Site): Stack {
  const text = stackText(site, at.cards.usable !== undefined);
  const { stack, services } = readBuiltIn();
  return resolveStack({ stack: [...stack, { file: "stack.yaml", text }], services });
}

describe.each(Object.entries(HOSTS))("%s", (_, { found, model, settings }) => {
  const at = situation(found);

  test("the proposal", () => expect(nameOf(at.proposal ?? { engine: "none" })).toBe(model));

  test("the file is read as it was meant, and renders", () => {
    const stack = load(at, siteOf(at));
    const engine = at.proposal?.engine === "vllm" ? "vllm-qwen" : "llama-cpp";
    const service = stack.services.find(({ name }) => name === engine);
    const key = engine === "vllm-qwen" ? "model" : "repository";
    expect(service?.settings).toMatchObject({ [key]: model, ...settings });
    const names = stack.services.map(({ name }) => name);
    expect(names).toEqual(
      engine === "vllm-qwen"
        ? ["nginx-proxy", "dnsmasq", "vllm-qwen", "open-webui"]
        : ["nginx-proxy", "dnsmasq", "llama-cpp"],
    );
    const files = sampleFiles(stack, "5.4.2");
    expect(files.get(`${engine}/${engine}.container`) ?? files.get("vllm-qwen/vllm-qwen.container")).toContain(
      "Image=",
    );
  });

  test("with everything that can be added", () => {
    const vllm = at.proposal?.engine === "vllm";
    const stack = load(at, siteOf(at, { extras: EXTRAS, tailnetName: vllm, domain: "0x.internal" }));
    expect(stack.domain).toBe("0x.internal");
    expect(stack.services.map(({ name }) => name)).toEqual(expect.arrayContaining([...EXTRAS]));
    expect(stack.certificate.tailscale?.host).toBe(vllm ? "webui" : undefined);
    const files = sampleFiles(stack, "5.4.2");
    expect(files.size).toBeGreaterThan(30);
    const ollama = files.get("ollama/ollama.container") ?? "";
    expect(ollama.includes("AddDevice=")).toBe(at.cards.usable !== undefined);
  });
});

test("the first line is the schema's, and every line is short enough to read", () => {
  for (const { found } of Object.values(HOSTS)) {
    const at = situation(found);
    const lines = stackText(siteOf(at, { extras: EXTRAS }), true).split("\n");
    expect(lines[0]).toBe("# yaml-language-server: $schema=stack.schema.json");
    expect(lines.filter((line) => line.length > 140)).toEqual([]);
  }
});

describe("a card that nobody can name gives no proposal", () => {
  test.each([
    ["the driver does not answer", { gpus: { gpus: [], trouble: ["nvidia-smi: Failed to initialize NVML"] } }],
    ["no driver", { gpus: { gpus: [], trouble: [] }, nvidiaCards: 2, driver: undefined }],
    ["a driver of 2020", { gpus: { gpus: [gpu("Tesla T4", 15)], trouble: [] }, driver: "450.80.02" }],
  ])("%s", (_, more) => {
    const at = situation(host([], more));
    expect(at.proposal).toBeUndefined();
    expect(at.cards.unknown).toHaveLength(1);
  });
});

describe("a model that somebody names", () => {
  const at = situation(host([gpu("NVIDIA GeForce RTX 4090", 24)]));

  test.each([
    ["Qwen/Qwen3-8B", { model: "Qwen/Qwen3-8B", max_model_len: 16384, reasoning_parser: "qwen3" }],
    ["meta-llama/Llama-3.1-8B-Instruct", { tool_call_parser: "llama3_json", served_name: "llama-3.1-8b-instruct" }],
    ["somebody/nobody-knows", { model: "somebody/nobody-knows", tool_call_parser: "", max_model_len: 32768 }],
  ])("%s", (name, settings) => {
    const stack = load(at, siteOf(at, { model: nameModel(at, name) }));
    expect(stack.services.find((service) => service.name === "vllm-qwen")?.settings).toMatchObject(settings);
  });

  test("a GGUF is llama.cpp's, also where there is a GPU", () => {
    const stack = load(at, siteOf(at, { model: nameModel(at, "unsloth/gemma-3-4b-it-GGUF:Q4_K_M") }));
    const llama = stack.services.find(({ name }) => name === "llama-cpp");
    expect(llama?.settings).toMatchObject({ served_name: "gemma-3-4b-it", quantization: "Q4_K_M" });
  });

  test("one that is too large is refused, with what would do", () => {
    expect(() => nameModel(at, "Qwen/Qwen3-32B")).toThrow("Qwen/Qwen3-32B does not fit on 1 x NVIDIA GeForce RTX 4090");
    expect(hintOf(() => nameModel(at, "Qwen/Qwen3-32B"))).toContain("4 bits");
  });

  test.each(["qwen", "a b/c", "/etc/passwd", "a/b/c", "$(id)/x", "", "-x/y"])("%j is none", (name) => {
    expect(() => nameModel(at, name)).toThrow("is no name of a model");
  });

  test("vLLM without a GPU is refused", () => {
    expect(() => nameModel(situation(host([])), "Qwen/Qwen3-8B")).toThrow("there is no GPU here that vLLM could run");
  });

  test("where nobody can name the card, a person's word holds", () => {
    const unknown = situation(host([], { gpus: { gpus: [], trouble: ["nvidia-smi: dead"] } }));
    expect(nameModel(unknown, "Qwen/Qwen3-8B")).toMatchObject({ engine: "vllm", fit: undefined, usable: undefined });
  });

  test("a gated one needs a token, and that is said in the file and at the end", () => {
    const site = siteOf(at, { model: nameModel(at, "meta-llama/Llama-3.1-8B-Instruct") });
    const command = "sudo install-quadlets secrets set vllm-qwen/hf-token";
    expect(stackText(site, true)).toContain(command);
    expect(remarks(site, at.found)).toEqual([expect.stringContaining(command)]);
    expect(remarks(siteOf(at), at.found)).toEqual([]);
  });
});

test("what was found, in words; foreign names cannot move the cursor", () => {
  const found = host([gpu("NVIDIA \u001b[2J", 24)], { freeBytes: 20 * GIB });
  const at = situation(found);
  expect(foundText(found, at.cards)).toEqual([
    "network   Tailscale, 100.64.0.7, gpu.tail1234.ts.net",
    "GPU       NVIDIA \\u001b[2J, 24 GiB",
    "memory    64 GiB, 20 GiB free below /var/lib",
  ]);
  expect(remarks(siteOf(at), found)).toEqual([expect.stringMatching(/^images and weights need about 4\d\.\d GiB/)]);
  expect(stackText(siteOf(at), true)).not.toContain("\u001b");
});

function hintOf(what: () => unknown): string {
  try {
    what();
  } catch (error) {
    if (error instanceof UserError) return error.hint ?? "";
  }
  return "";
}
