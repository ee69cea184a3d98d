/** What is said: the sum line by line, the refusals, and suggestions that hold what they promise. */
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitJson, fitText } from "../../src/fit/describe.ts";
import { calculate, type Wish } from "../../src/fit/fit.ts";
import { findModel, parseCard, parseKnown } from "../../src/fit/known.ts";
import { type Suggestion, whatToLower } from "../../src/fit/lower.ts";
import { GIB } from "../../src/model/size.ts";
import { fuzz } from "../support/fuzz.ts";

const known = parseKnown(readFileSync("config/models.json", "utf8"));

function wish(name: string, gpu: string, more: Partial<Wish> = {}): Wish {
  const { model, quantization } = findModel(known, name);
  const rest = { tensorParallel: 1, context: 32768, cache: "auto", sequences: 1, utilization: 0.9 } as const;
  return { model, quantization, card: parseCard(known, gpu), ...rest, ...more };
}

const changes = (one: Wish) => whatToLower(calculate(one)).map(({ change }) => change);

test("a sum, line by line, that adds up to its last line", () => {
  const text = fitText(calculate(wish("Qwen3-8B", "RTX 4090")));
  expect(text).toMatchInlineSnapshot(`
    "Qwen/Qwen3-8B (bf16) on 1 x RTX 4090
      budget           21.20 GiB  23.55 GiB of RTX 4090 x utilization 0.9
      weights         -15.26 GiB  8.2 billion in bf16
      CUDA             -1.00 GiB  context, libraries, graphs (estimated)
      activations      -0.25 GiB  2048 tokens at once (estimated)
      logits           -0.43 GiB  256 requests at once (estimated)
      left for cache    4.25 GiB
      KV cache         -4.50 GiB  4096 B x 36 layers x 32768 tokens
      spare            -0.25 GiB

    does not fit: 0.25 GiB too little on each GPU
    any one of these would do:
      a context of 30720 tokens
      a utilization of 0.92
      a cache in fp8 (--kv-cache-dtype fp8)
      weights in fp8
      weights in 4 bits (another checkpoint: AWQ or GPTQ)
      2 GPUs that share the model"
  `);
  const lines = text.split("\n").flatMap((line) => /^ {2}(\S.*?) +(-?[\d.]+) GiB/.exec(line)?.slice(1) ?? []);
  const number = (name: string) => Number(lines[lines.indexOf(name) + 1]);
  const left = ["budget", "weights", "CUDA", "activations", "logits"].reduce((sum, name) => sum + number(name), 0);
  expect(left).toBeCloseTo(number("left for cache"), 1);
  expect(left + number("KV cache")).toBeCloseTo(number("spare"), 1);
});

test("what does not fit says how much is missing and what would do", () => {
  expect(
    fitText(calculate(wish("Qwen3-32B-AWQ", "RTX 4090", { tensorParallel: 2, context: 40960, sequences: 4 }))),
  ).toMatchInlineSnapshot(`
    "Qwen/Qwen3-32B (awq) on 2 x RTX 4090, for each of them
      budget           21.20 GiB  23.55 GiB of RTX 4090 x utilization 0.9
      weights          -9.00 GiB  32.8 billion in awq / 2
      CUDA             -1.40 GiB  context, libraries, graphs, NCCL (estimated)
      activations      -0.31 GiB  2048 tokens at once (estimated)
      logits           -0.43 GiB  256 requests at once (estimated)
      left for cache   10.05 GiB
      KV cache        -20.00 GiB  2048 B x 64 layers x 40960 tokens, 4 times
      spare            -9.95 GiB

    does not fit: 9.95 GiB too little on each GPU
    any one of these would do:
      a context of 20480 tokens
      2 at once instead of 4
      a cache in fp8 (--kv-cache-dtype fp8)
      4 GPUs that share the model"
  `);
});

describe("refusals", () => {
  test.each<[string, Partial<Wish>, string]>([
    ["Qwen3-8B", { tensorParallel: 3 }, "3 GPUs cannot share 32 attention heads evenly"],
    ["phi-4", { tensorParallel: 4 }, "4 GPUs cannot share 10 key-value heads evenly"],
    ["Qwen3-8B", { context: 65536 }, "the model's own context ends at 40960 tokens"],
    [
      "Qwen3-8B",
      { tensorParallel: 2, card: { name: "x", usableBytes: 80 * GIB, count: 1 } },
      "2 GPUs are asked for and 1 is there",
    ],
    ["Qwen3-8B", { card: { name: "x", usableBytes: 80 * GIB, freeBytes: 60 * GIB } }, "something else uses the GPU"],
  ])("%s with %j", (name, more, says) => {
    const result = calculate(wish(name, "80G", more));
    expect(result.fits).toBe(false);
    expect(result.refused.join("; ")).toContain(says);
    expect(fitText(result)).toContain(says);
  });

  test("more GPUs than heads share keys and values", () => {
    expect(calculate(wish("Qwen3-30B-A3B", "80G", { tensorParallel: 8 })).refused).toEqual([]);
  });
});

describe("what to lower", () => {
  test("nothing where it fits", () => expect(changes(wish("Qwen3-4B", "24G"))).toEqual([]));
  test("a little too much: context, utilization, cache, precision, GPUs", () => {
    expect(changes(wish("Llama-3.1-8B-Instruct", "24G", { context: 50000 }))).toEqual([
      "context",
      "cache",
      "quantization",
      "quantization",
      "tensor-parallel",
    ]);
  });
  test("several at once: fewer", () =>
    expect(changes(wish("Qwen3-4B", "24G", { sequences: 9 }))).toContain("sequences"));
  test("where others use the GPU: a smaller share", () => {
    const busy = { name: "x", usableBytes: 80 * GIB, freeBytes: 40 * GIB };
    expect(whatToLower(calculate(wish("Qwen3-4B", "80G", { card: busy })))).toContainEqual(
      expect.objectContaining({ change: "utilization", value: 0.5 }),
    );
  });
  test("far too much: nothing, and the text says so", () => {
    const result = calculate(wish("DeepSeek-R1", "24G"));
    expect(whatToLower(result)).toEqual([]);
    expect(fitText(result)).toContain("no single change makes it fit");
  });

  const apply = (one: Wish, { change, value, text }: Suggestion): Wish => {
    const context = /context of (\d+)/.exec(text)?.[1];
    const share = /utilization of ([\d.]+)/.exec(text)?.[1];
    const byName: Partial<Wish> = {
      ...(change === "sequences" && { sequences: Number(value) }),
      ...(change === "cache" && { cache: "fp8" as const }),
      ...(change === "quantization" && { quantization: value as Wish["quantization"] }),
      ...(change === "tensor-parallel" && { tensorParallel: Number(value) }),
      ...(context !== undefined && { context: Number(context) }),
      ...(share !== undefined && { utilization: Number(share) }),
    };
    return { ...one, ...byName };
  };

  test("for any wish: each suggestion fits, the longest context fits and one block more does not", () => {
    const names = fc.constantFrom(...known.models.map(({ name }) => name));
    const cards = fc.constantFrom(...known.cards.map(({ name }) => name));
    const rest = fc.record({
      tensorParallel: fc.constantFrom(1, 2, 4, 8),
      context: fc.integer({ min: 1, max: 300_000 }),
      sequences: fc.integer({ min: 1, max: 8 }),
      utilization: fc.constantFrom(0.3, 0.9, 0.95, 1),
    });
    void fc.assert(
      fc.property(names, cards, rest, (name, card, more) => {
        const one = wish(name, card, more);
        const result = calculate(one);
        for (const suggestion of whatToLower(result)) expect(calculate(apply(one, suggestion)).fits).toBe(true);
        const longest = result.longestContext;
        if (longest > 0) expect(calculate({ ...one, context: longest }).sum.spare).toBeGreaterThanOrEqual(0);
        if (longest + 16 <= one.model.context)
          expect(calculate({ ...one, context: longest + 16 }).sum.spare).toBeLessThan(0);
      }),
      fuzz(),
    );
  });
});

test("as data: whole bytes, no card of its own making", () => {
  const data = fitJson(calculate(wish("Qwen3-4B", "24G"))) as { bytes: Record<string, number>; fits: boolean };
  expect(data).toMatchObject({ version: 1, fits: true, model: "Qwen/Qwen3-4B", gpu: { name: "24G", freeBytes: null } });
  expect(Object.values(data.bytes).every(Number.isInteger)).toBe(true);
});
