/** The arithmetic of `fit` against what was published and logged: test/cases/fit. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { calculate, type Wish } from "../../src/fit/fit.ts";
import { findModel, type Known, parseCard, parseKnown } from "../../src/fit/known.ts";
import { cacheBytes, weightBytes } from "../../src/fit/memory.ts";
import { parametersOf } from "../../src/fit/model-config.ts";
import { QUANTIZATIONS } from "../../src/model/language-model.ts";
import { GIB } from "../../src/model/size.ts";

const known: Known = parseKnown(readFileSync("config/models.json", "utf8"));

function cases<T>(name: string): T {
  return parse(readFileSync(`test/cases/fit/${name}.yaml`, "utf8")) as T;
}

interface Published {
  readonly model: string;
  readonly gpu: string | number;
  readonly tp?: number;
  readonly context: number;
  readonly utilization: number;
  readonly fits: boolean;
  readonly longest?: number;
  readonly source: string;
}

function wish({ model: name, gpu, tp = 1, context, utilization }: Published): Wish {
  const { model, quantization } = findModel(known, name);
  const card = typeof gpu === "number" ? { name: `${gpu}`, usableBytes: gpu * GIB } : parseCard(known, gpu);
  const rest = { cache: "auto", sequences: 1 } as const;
  return { model, card, tensorParallel: tp, context, quantization, utilization, ...rest };
}

const published = cases<readonly Published[]>("published");

describe("published", () => {
  test.each(published)("$model on $tp $gpu, $context tokens: $fits ($source)", (one) => {
    const result = calculate(wish(one));
    expect(result.fits).toBe(one.fits);
    if (one.longest !== undefined) expect(result.longestContext).toBeLessThan(one.longest * 1.1);
  });

  test("both outcomes, often enough, each with where it stands", () => {
    expect(published.filter((one) => one.fits).length).toBeGreaterThanOrEqual(10);
    expect(published.filter((one) => !one.fits).length).toBeGreaterThanOrEqual(10);
    expect(published.filter((one) => !one.source.includes("."))).toEqual([]);
  });
});

interface Logged {
  readonly model: string;
  readonly tp?: number;
  readonly context: number;
  readonly batched?: number;
  readonly gib: number;
}

const logged = cases<{ readonly weights: readonly Logged[]; readonly cache: readonly Logged[] }>("logged");

describe("logged", () => {
  test.each(logged.weights)("weights of $model on one of $tp: $gib GiB", ({ model: name, tp = 1, gib }) => {
    const { model, quantization } = findModel(known, name);
    const ours = weightBytes(model, quantization) / tp / GIB;
    expect(Math.abs(ours - gib) / gib).toBeLessThan(0.03);
  });

  test.each(logged.cache)(
    "cache of $model for $context tokens: $gib GiB",
    ({ model, tp = 1, context, batched = 2048, gib }) => {
      const at = { context, cache: "auto", tensorParallel: tp, batchedTokens: batched } as const;
      expect(Math.abs(cacheBytes(findModel(known, model).model, at) / GIB - gib) / gib).toBeLessThan(0.015);
    },
  );
});

describe("the table", () => {
  test.each(known.models.filter(({ latent, name }) => latent === undefined && !/Maverick|GLM/.test(name)))(
    "$name: the parameters are those of its shape",
    (model) => {
      // Vision, biases and shared experts are beside it.
      const ratio = model.parameters / parametersOf(model);
      expect(ratio).toBeGreaterThan(0.99);
      expect(ratio).toBeLessThan(/Scout/.test(model.name) ? 1.08 : /gemma-3-4b/.test(model.name) ? 1.12 : 1.04);
    },
  );

  test("names are there once, precisions are known, every line says where it is from", () => {
    const names = [...known.models, ...known.cards].map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(known.models.filter(({ quantization }) => !QUANTIZATIONS.includes(quantization))).toEqual([]);
    expect([...known.models, ...known.cards].filter(({ source }) => !/\.|nvidia-smi/.test(source))).toEqual([]);
  });
});
