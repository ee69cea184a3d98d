/** Text to value and back. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseUnit } from "../../src/quadlet/parse.ts";
import { addEntries, type UnitEntry, type UnitFile } from "../../src/quadlet/unit-file.ts";
import { writeUnit } from "../../src/quadlet/write.ts";
import { fuzz } from "../support/fuzz.ts";

const wordChars = "abcXYZ019._-";
const name = fc.string({ unit: fc.constantFrom(...wordChars), minLength: 1, maxLength: 8 });
const value = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) =>
  text
    .replace(/[\n\r\0\u0085\u2028\u2029]/g, "")
    .replace(/\\+$/, "")
    .trim(),
);
const comment = value.map((text) => ({ kind: "comment" as const, text: `#${text}`.trim(), line: 0 }));
const blank = fc.constant({ kind: "comment" as const, text: "", line: 0 });
const entry = fc.record({ kind: fc.constant("entry" as const), key: name, value, line: fc.constant(0) });
const section = fc.record({ name, line: fc.constant(0), lines: fc.array(fc.oneof(entry, entry, comment, blank)) });
const unitFile = fc.record({ head: fc.array(fc.oneof(comment, blank)), sections: fc.array(section) });

function withoutLines(unit: UnitFile): unknown {
  return JSON.parse(JSON.stringify(unit, (key, item) => (key === "line" ? 0 : item)));
}

test("parse takes back what write made", () => {
  fc.assert(
    fc.property(unitFile, (unit) => {
      expect(withoutLines(parseUnit(writeUnit(unit), "x"))).toEqual(withoutLines(unit));
    }),
    fuzz(1000),
  );
});

/** The assignments of a section in order; a section that occurs twice counts as one. */
function entriesOf(unit: UnitFile, section: string): readonly UnitEntry[] {
  const lines = unit.sections.filter(({ name }) => name === section).flatMap((one) => one.lines);
  return lines.filter((line) => line.kind === "entry");
}

test("a text in our own form stays as it is", () => {
  const text = "# head\n\n[Unit]\nDescription=a = b\n\n# why\n[Container]\nImage=x\nEnvironment=\n";
  expect(writeUnit(parseUnit(text, "x"))).toBe(text);
});

test("lines that end with a backslash are one value, with the comments between left out", () => {
  const unit = parseUnit("[Container]\nExec=a \\\n# no\n  b \\\n  c\nImage=x\n", "x");
  expect(entriesOf(unit, "Container").map(({ key, value }) => [key, value])).toEqual([
    ["Exec", "a b c"],
    ["Image", "x"],
  ]);
});

test("a second section of a name continues the first, and an empty assignment stays one", () => {
  const unit = parseUnit("[Unit]\nAfter=a\nAfter=\nAfter=b\n[Container]\n[Unit]\nAfter = c\n", "x");
  expect(entriesOf(unit, "Unit").map(({ value }) => value)).toEqual(["a", "", "b", "c"]);
});

test.each([
  ["nonsense\n", "x.container:1:1 this line is no key-value pair, section or comment"],
  ["[Unit]\n=x\n", "x.container:2:1 this line is no key-value pair, section or comment"],
  ["A=b\n", "x.container:1:1 this line stands before the first [Section]"],
])("refuses %j", (text, message) => {
  expect(() => parseUnit(text, "x.container")).toThrow(message);
});

test("write is the last gate: one line stays one line", () => {
  const unit = parseUnit("[Service]\n", "x");
  expect(() => writeUnit(addEntries(unit, "Service", "A", ["a\nb"]))).toThrow("line break");
  expect(() => writeUnit(addEntries(unit, "Service", "A", ["a\\"]))).toThrow("ends with a backslash");
});

test("entries are added before the blank line that ends a section", () => {
  const unit = parseUnit("[Service]\nA=1\n\n[Install]\nB=2\n", "x");
  expect(writeUnit(addEntries(unit, "Service", "A", ["2"]))).toBe("[Service]\nA=1\nA=2\n\n[Install]\nB=2\n");
});
