/** Runs test/cases/plan: one thing differs on a host where all is well, and this is the whole plan. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { UserError } from "../../src/model/diagnostic.ts";
import { change, planLines, planOf, settledWorld, type World } from "./support.ts";

interface Case {
  readonly name: string;
  /** Each: steps to a place in { desired, host, state }, then the value; null removes what is there. */
  readonly change: readonly (readonly unknown[])[];
  readonly plan?: readonly string[];
  /** Message, then the hint. */
  readonly error?: string;
}

const folder = new URL("../cases/plan/", import.meta.url);

function linesOrError(world: World): readonly string[] | string {
  try {
    return planLines(planOf(world));
  } catch (error) {
    if (error instanceof UserError) return `${error.message}\n${error.hint}\n`;
    throw error;
  }
}

for (const file of readdirSync(folder).sort()) {
  describe(file, () => {
    test.each(parse(readFileSync(new URL(file, folder), "utf8")) as readonly Case[])("$name", (given) => {
      const world = settledWorld();
      for (const words of given.change) change(world, words);
      expect(linesOrError(world)).toEqual(given.error ?? given.plan ?? []);
    });
  });
}
