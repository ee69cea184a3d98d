/** What is left of a card for one more model, as others were given it, take turns on it, or use it now. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { calculate } from "../../src/fit/fit.ts";
import { findModel, parseCard, parseKnown } from "../../src/fit/known.ts";
import { roomLeft, type Taken } from "../../src/fit/room-left.ts";

const known = parseKnown(readFileSync("config/models.json", "utf8"));
const h100 = parseCard(known, "H100");
const by = (share: number | undefined, group?: string): Taken => ({ share, group });

test.each<[string, number, readonly Taken[], number, "given" | "used"]>([
  ["a card of nobody's", 1, [], 0.95, "given"],
  ["one that has a model already", 1, [by(0.45)], 0.5, "given"],
  ["of those that take turns the largest counts", 1, [by(0.9, "chat"), by(0.5, "chat")], 0.05, "given"],
  ["and groups add up", 1, [by(0.3, "chat"), by(0.2, "code"), by(0.1)], 0.35, "given"],
  ["more is in use than was given", 0.4, [by(0.2)], 0.38, "used"],
  ["one that does not say takes what it needs", 1, [by(undefined)], 0.95, "given"],
  ["all is given", 1, [by(0.95)], 0, "given"],
  ["more than all", 1, [by(0.9), by(0.9)], 0, "given"],
  ["nothing is free", 0, [], 0, "used"],
])("%s", (_, free, taken, share, limit) => {
  const card = { ...h100, freeBytes: h100.usableBytes * free };
  const left = roomLeft(known, card, taken, 0.95);
  expect([left.share, left.limit]).toEqual([share, limit]);
  if (share === 0) expect(left.models).toEqual([]);
});

test("what is said to fit does, with the context that is said, and the largest is first", () => {
  const { share, models } = roomLeft(known, { ...h100, freeBytes: h100.usableBytes }, [by(0.45)], 0.95);
  expect(models.length).toBeGreaterThan(10);
  for (const { name, context } of models) {
    const { model, quantization } = findModel(known, name);
    const rest = { tensorParallel: 1, cache: "auto", sequences: 1 } as const;
    expect(calculate({ model, quantization, card: h100, context, utilization: share, ...rest }).fits, name).toBe(true);
  }
  const sizes = models.map(({ parameters }) => parameters);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(models.map(({ name }) => name)).not.toContain("meta-llama/Llama-3.1-70B-Instruct");
});
