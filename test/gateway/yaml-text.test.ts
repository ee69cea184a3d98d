/** What is written is what is read: by YAML 1.2, and by YAML 1.1, which PyYAML reads. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { type Value, yamlText } from "../../src/gateway/yaml-text.ts";
import { fuzz } from "../support/fuzz.ts";

/** Lone halves of surrogate pairs are no text: the configuration's reader refuses them. */
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "no",
    "1e3",
    "~",
    "0o7",
    "12:30:45",
    "- a",
    "a: b",
    "#",
    "\u0085",
    "\u2028",
    "\u{1F600}",
    "\n",
    '"',
    "\\",
  ),
);
const number = fc.oneof(fc.integer(), fc.constantFrom(1e-7, 2.5e-8, 0.1, 1e15, 1e-12));
const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    number,
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4 }),
  ),
})).value;

test.each(["1.1", "1.2"] as const)("any value comes back from YAML %s, and the text is plain ASCII", (version) => {
  fc.assert(
    fc.property(fc.dictionary(text, value, { minKeys: 1, maxKeys: 4 }), (given) => {
      const written = yamlText(given);
      expect(written).toMatch(/^[\n -~]*$/);
      expect(parse(written, { version })).toEqual(given);
    }),
    fuzz(300),
  );
});

test("what PyYAML would take for something else", () => {
  const given = {
    default: "x",
    no: "no",
    rate: 1e-7,
    true: true,
    list: [],
    map: {},
    gone: undefined,
    nested: [{ a: [[1]] }],
  };
  expect(yamlText(given)).toBe(`default: "x"
"no": "no"
rate: 0.0000001
"true": true
list: []
"map": {}
nested:
  - "a":
      - [1]`);
  expect(() => yamlText({ rate: Number.NaN })).toThrow("no number");
});
