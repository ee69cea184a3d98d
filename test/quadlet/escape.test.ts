/** For every string: what the program in the container sees is what was configured. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../../src/model/diagnostic.ts";
import { args, assignment, keyval, line, text, variablesOf, words } from "../../src/quadlet/escape.ts";
import { fuzz } from "../support/fuzz.ts";
import { extractWords, readCommand, readContainer, requote } from "./reader.ts";

const hostile = JSON.parse(readFileSync(new URL("./hostile-strings.json", import.meta.url), "utf8")) as string[];
const observed = JSON.parse(readFileSync(new URL("./generator-5.4.2.json", import.meta.url), "utf8")) as {
  exec: string;
  execStart: string;
};

/** Everything that may occur in a value, with what is special to one of the readers made frequent. */
const special = fc.constantFrom(...hostile, ..."\"'\\%$;#{}=[] \t\n\r\u0080\u0085\u00a0".split(""));
const speakable = fc
  .array(fc.oneof(special, fc.string({ unit: "binary" })), { maxLength: 6 })
  .map((parts) => parts.join(""))
  .filter((value) => !/[\0\uD800-\uDFFF\p{Noncharacter_Code_Point}]/u.test(value));

function unitWith(lines: readonly string[]): string {
  const body = `[Container]\n${lines.join("\n")}\n`;
  const variables = variablesOf(body).map((value) => `Environment=${value}`);
  return `${body}\n[Service]\n${variables.join("\n")}\n`;
}

const modes: readonly (readonly [string, string, (value: string) => string])[] = [
  ["none", "HealthCmd", line],
  ["line", "Volume", line],
  ["words", "AddDevice", words],
  ["args", "Secret", args],
];

test("arguments survive", () => {
  fc.assert(
    fc.property(fc.array(speakable, { maxLength: 5 }), (values) => {
      expect(readContainer(unitWith([`Exec=${args(...values)}`])).command).toEqual(values);
    }),
    fuzz(2000),
  );
});

test("environment values survive", () => {
  // \r\n takes another way, see the units test
  fc.assert(
    fc.property(
      speakable.map((value) => value.replace(/\r+\n/g, "\n")),
      (value) => {
        expect(readContainer(unitWith([`Environment=${keyval("NAME", value)}`])).environment).toEqual({ NAME: value });
      },
    ),
    fuzz(2000),
  );
});

test.each(modes)("values of split mode %s survive (%s=)", (_, key, helper) => {
  fc.assert(
    fc.property(speakable, (value) => {
      expect(readContainer(unitWith([`${key}=${helper(value)}`])).option(key)).toEqual([value]);
    }),
    fuzz(2000),
  );
});

test("variables of the podman process survive", () => {
  fc.assert(
    fc.property(speakable, (value) => {
      const written = assignment("NAME", value);
      expect(extractWords(written, true, "systemd").map((word) => word.replaceAll("%%", "%"))).toEqual([
        `NAME=${value}`,
      ]);
    }),
    fuzz(),
  );
});

test.each(hostile)("survives as argument and as environment value: %j", (value) => {
  const seen = readContainer(unitWith([`Exec=${args(value)}`, `Environment=${keyval("NAME", value)}`]));
  expect(seen.command).toEqual([value]);
  expect(seen.environment).toEqual({ NAME: value.replaceAll("\r\n", "\n") });
});

test("several values in one line stay apart", () => {
  expect(args("a b", "", ";", "c")).toBe('"a b" %i ;%i c');
  expect(words("a b", 'q"q', "c")).toBe(`"a b" "q"'"'"q" c`);
});

test.each(["\0", "a\0b", "\ud800", "\udc00x", "\uffff", "\ufdd0", "\u{1fffe}"])("refuses %j", (value) => {
  for (const helper of [args, line, words, (v: string) => keyval("A", v), (v: string) => assignment("A", v)]) {
    expect(() => helper(value)).toThrow(UserError);
  }
});

test("free text stays on one line", () => {
  expect(text("100 %\nof it\t\\")).toBe("100 %% of it ");
});

// What the generator of podman 5.4.2 wrote for the hostile strings, and what then reached the program (all of them, unchanged).
test("the simulated generator writes what the real one wrote", () => {
  expect(args(...hostile)).toBe(observed.exec);
  expect(requote(extractWords(observed.exec, true, "quadlet"))).toBe(observed.execStart);
  const variables = { INSTALL_QUADLETS_U0080: "\u0080" };
  expect(readCommand(observed.execStart, variables)).toEqual(hostile);
});
