/** Whatever is written, the answer is a stack or a ConfigError with places: never a crash. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { resolveStack } from "../../src/config/resolve.ts";
import { ConfigError } from "../../src/model/diagnostic.ts";
import { fuzz } from "../support/fuzz.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { builtinSources } from "./load-case.ts";

const builtin = builtinSources();
parseOnce(builtin);
const files = [...builtin.stack, ...builtin.services];
// biome-ignore lint/suspicious/noTemplateCurlyInString: references are what is tested
const REFERENCES = ["${x}", "${settings.x}", "a${"];
const odd = fc.oneof(
  fc.constantFrom(null, "", 0, -1, 1.5, true, [], {}, [null], "a/../b", "__proto__", ...REFERENCES),
  fc.json().map((text) => JSON.parse(text) as unknown),
);

/** The same value with one part of it replaced; `turns` choose the way down. */
function replacePart(value: unknown, turns: readonly number[], replacement: unknown): unknown {
  const [turn, ...rest] = turns;
  if (turn === undefined || typeof value !== "object" || value === null) return replacement;
  const keys = Object.keys(value);
  const key = keys[turn % Math.max(keys.length, 1)];
  if (key === undefined) return replacement;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  copy[key] = replacePart(copy[key], rest, replacement);
  return copy;
}

test("one odd value anywhere in the shipped files", () => {
  const turns = fc.array(fc.nat(40), { maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...files), turns, odd, (chosen, way, replacement) => {
      const text = JSON.stringify(replacePart(parse(chosen.text), way, replacement));
      const swap = (file: (typeof files)[number]) => (file.file === chosen.file ? { file: file.file, text } : file);
      try {
        resolveStack({ stack: builtin.stack.map(swap), services: builtin.services.map(swap) });
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        for (const { file, line, column, message } of (error as ConfigError).diagnostics) {
          expect(files.map((known) => known.file)).toContain(file);
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(message).not.toMatch(/invalid|undefined|\[object/i);
        }
      }
    }),
    fuzz(150),
  );
});

test("any text as a file", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (stack, service) => {
      const sources = { stack: [{ file: "stack.yaml", text: stack }], services: [{ file: "a.yaml", text: service }] };
      try {
        resolveStack(sources);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
    fuzz(),
  );
});
