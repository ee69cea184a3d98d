/** Names of models, cards and precisions as people type them, and what is said where there is none. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findModel, parseCard, parseKnown, parseQuantization } from "../../src/fit/known.ts";
import { makeWish, type Typed } from "../../src/fit/wish.ts";
import type { UserError } from "../../src/model/diagnostic.ts";
import type { GpuFact } from "../../src/model/gpu.ts";

const known = parseKnown(readFileSync("config/models.json", "utf8"));
const GIB = 1024 ** 3;

function refused(run: () => unknown): Pick<UserError, "message" | "hint"> {
  try {
    run();
  } catch (error) {
    return error as UserError;
  }
  throw new Error("it was accepted");
}

test.each([
  ["Qwen/Qwen3-8B", "Qwen/Qwen3-8B", "bf16"],
  ["qwen3-8b", "Qwen/Qwen3-8B", "bf16"],
  ["Qwen/Qwen3-8B-AWQ", "Qwen/Qwen3-8B", "awq"],
  ["qwen3-32b-fp8", "Qwen/Qwen3-32B", "fp8"],
  ["Qwen2.5-7B-Instruct-GPTQ-Int4", "Qwen/Qwen2.5-7B-Instruct", "gptq"],
  ["Llama-3.1-8B-Instruct-quantized.w8a8", "meta-llama/Llama-3.1-8B-Instruct", "int8"],
  ["Llama-3.1-405B-Instruct-FP8", "meta-llama/Llama-3.1-405B-Instruct-FP8", "fp8"],
  ["openai/gpt-oss-20b", "openai/gpt-oss-20b", "mxfp4"],
])("%s is %s in %s", (typed, name, quantization) => {
  const found = findModel(known, typed);
  expect([found.model.name, found.quantization]).toEqual([name, quantization]);
});

test.each([
  ["Qwen/Qwen3-8", "did you mean Qwen/Qwen3-8B?"],
  ["llama-3.1-8b-instuct", "did you mean Llama-3.1-8B-Instruct?"],
  ["something/else-entirely-unlike", "--config FILE"],
])("%s is unknown: %s", (typed, hint) => {
  const error = refused(() => findModel(known, typed));
  expect(error.message).toBe(`no model is known by the name ${typed}`);
  expect(error.hint).toContain(hint);
});

test("what is typed cannot move the cursor", () => {
  expect(refused(() => findModel(known, "\u001b[2Jx")).message).toContain("\\u001b");
});

test.each([
  ["24G", "24G", 23.52],
  ["141GB", "141GB", 138.18],
  ["H100", "H100", 79.1],
  ["NVIDIA H100 80GB HBM3", "H100", 79.1],
  ["NVIDIA GeForce RTX 4090", "RTX 4090", 23.55],
  ["rtx4090", "RTX 4090", 23.55],
  ["4090", "RTX 4090", 23.55],
  ["A100", "A100-40G", 39.4],
  ["NVIDIA A100-SXM4-80GB", "A100-80G", 79.15],
  ["Tesla T4", "T4", 14.56],
  ["NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada", 47.4],
  ["AMD Instinct MI300X", "MI300X", 191.7],
])("--gpu %s is %s with %d GiB", (typed, name, gib) => {
  const card = parseCard(known, typed);
  expect(card.name).toBe(name);
  expect(card.usableBytes / GIB).toBeCloseTo(gib, 2);
});

test.each([
  ["H1000", "did you mean H100?"],
  ["24X", "say its memory (--gpu 24G), or one of B200, H200"],
  ["0G", "say its memory"],
])("--gpu %s: %s", (typed, hint) => {
  expect(refused(() => parseCard(known, typed)).hint).toContain(hint);
});

test("precisions by the names of vLLM, and the nearest one", () => {
  expect(["AWQ_marlin", "fp8", "half", "w4a16"].map(parseQuantization)).toEqual(["awq", "fp8", "bf16", "int4"]);
  expect(refused(() => parseQuantization("fp9")).hint).toBe("did you mean fp8?");
  expect(refused(() => parseQuantization("bitsandbytes")).hint).toContain("there are fp32, bf16");
});

describe("what is typed after fit", () => {
  const found = findModel(known, "Qwen3-8B");
  const nobody = { gpus: [], trouble: [] };
  const typed = (flags: Typed) => makeWish(known, found, { gpu: "24G", ...flags }, nobody);

  test("defaults are those of the shipped service, and never more than the model can", () => {
    expect(typed({})).toMatchObject({
      tensorParallel: 1,
      context: 32768,
      sequences: 1,
      utilization: 0.9,
      cache: "auto",
    });
    const short = findModel(known, "gemma-2-9b-it");
    expect(makeWish(known, short, { gpu: "24G" }, nobody).context).toBe(8192);
  });

  test.each<[Typed, string]>([
    [{ tp: "0" }, '--tp wants a whole number from 1 to 64, found "0"'],
    [{ tp: "two" }, '--tp wants a whole number from 1 to 64, found "two"'],
    [{ context: "32k" }, '--context wants a whole number from 1 to 100000000, found "32k"'],
    [{ sequences: "-1" }, "--sequences wants"],
    [{ utilization: "1.5" }, '--utilization wants a number over 0 and up to 1, found "1.5"'],
    [{ utilization: "90%" }, "--utilization wants"],
    [{ kvCacheDtype: "int4" }, "--kv-cache-dtype wants auto or fp8"],
  ])("%j is refused", (flags, says) => {
    expect(refused(() => typed(flags)).message).toContain(says);
  });

  const gpu = {
    vendor: "nvidia",
    name: "NVIDIA H200",
    reservedBytes: GIB,
    parts: [],
    processes: [],
  } as unknown as GpuFact;
  const there = (...used: readonly number[]) => ({
    gpus: used.map((gib, index) => ({ ...gpu, index, totalBytes: 141 * GIB, usedBytes: gib * GIB })),
    trouble: [],
  });

  test("the GPUs that are here: what the driver keeps is nobody's, the emptiest is free, and there are so many", () => {
    const { card } = makeWish(known, found, {}, there(100, 20));
    expect(card).toEqual({ name: "NVIDIA H200", usableBytes: 140 * GIB, freeBytes: 120 * GIB, count: 2 });
  });

  test("no GPU, with the reason; or one that is cut", () => {
    const silent = { gpus: [], trouble: ["nvidia-smi: Failed to initialize NVML: Driver/library version mismatch"] };
    expect(refused(() => makeWish(known, found, {}, silent))).toMatchObject({
      message: expect.stringContaining("(nvidia-smi: Failed to initialize NVML: Driver/library version mismatch)"),
      hint: "say which one is meant: --gpu 24G, --gpu H100",
    });
    const cut = { gpus: [{ ...gpu, parts: [{ index: 0, totalBytes: 1, usedBytes: 0 }] }], trouble: [] };
    expect(refused(() => makeWish(known, found, {}, cut)).message).toContain("MIG");
  });
});
