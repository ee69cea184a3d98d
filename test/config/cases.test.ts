/** Runs test/cases/config: files in, diagnostics or an excerpt of the model out. */
import { describe, expect, test } from "vitest";
import { resolveStack } from "../../src/config/resolve.ts";
import { ConfigError } from "../../src/model/diagnostic.ts";
import type { Stack } from "../../src/model/service.ts";
import { type Case, lookUp, readCases, sourcesOf } from "./load-case.ts";

function resolveOrErrors(given: Case): Stack | string {
  try {
    return resolveStack(sourcesOf(given));
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

for (const { file, cases } of readCases()) {
  describe(file, () => {
    test.each(cases)("$name", (given) => {
      const result = resolveOrErrors(given);
      if (given.errors !== undefined) return expect(`${String(result)}\n`).toBe(given.errors);
      expect(result).not.toBeTypeOf("string");
      const stack = result as Stack;
      for (const [path, value] of Object.entries(given.model ?? {})) {
        const found = lookUp(path in stack ? stack : stack.services, path) ?? lookUp(stack, path);
        expect({ [path]: found }).toEqual({ [path]: value ?? undefined });
      }
    });
  });
}
