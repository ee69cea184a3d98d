/** Every error is of a kind, every kind is somebody's, and what there is to read about them is fresh. */
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { errorsDocument } from "../../src/cli/error-pages.ts";
import { main } from "../../src/cli/install-program.ts";
import { userError } from "../../src/model/diagnostic.ts";
import { ERROR_KINDS } from "../../src/model/error-kinds.ts";
import { typed } from "../support/typed.ts";

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const KINDS = Object.entries(ERROR_KINDS);
const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.startsWith("model/error-kind"))
  .map((name) => ({ name, text: readFileSync(`src/${name}`, "utf8") }));

test("an error says of which kind it is: userError(CODE, ...), or a class with a code", () => {
  const mute = sources.filter(({ name, text }) => name !== "model/diagnostic.ts" && /new UserError\(/.test(text));
  expect(mute.map(({ name }) => name)).toEqual([]);
  const classes = sources.flatMap(({ text }) => [...text.matchAll(/class (\w+) extends UserError \{([\s\S]*?)\n\}/g)]);
  expect(classes.length).toBeGreaterThan(6);
  for (const [, name, body] of classes) expect(body, name).toMatch(/override readonly code/);
});

test.each(KINDS)("%s is thrown, and says what it means and what to do", (code, { title, means, todo }) => {
  const made = new RegExp(`(userError\\(\\s*|code = |code: ErrorCode = |code: |\\?\\? |: )"${code}"`);
  expect(sources.filter(({ text }) => made.test(text)).length).toBeGreaterThan(0);
  expect(title).toMatch(/^[a-z].*[^.]$/i);
  for (const text of [means, todo]) expect(text).toMatch(/^\S.*\.$/s);
});

test("docs/errors.md is fresh (npm run rules), and has a heading for each", () => {
  const document = readFileSync("docs/errors.md", "utf8");
  expect(document).toBe(errorsDocument());
  expect([...document.matchAll(/^## (.*)$/gm)].map(([, code]) => code)).toEqual(KINDS.map(([code]) => code));
});

test.each([
  [["help", "locked"], /^locked: another run is at work\n\n.*\n\nWhat to do: .*\n$/s],
  [["help", "errors", "locked"], /^locked: another run is at work\n/],
  [["help", "errors"], /^usage +there is no such word or flag\n(.+\n)+failed +an error of no kind of its own\n$/],
])("%j", async (words, text) => {
  expect((await typed(main, words)).printed).toMatch(text);
});

test.each([
  ["help", "lockd"],
  ["help", "errors", "lockd"],
  ["help", "locked", "locked"],
])("%j is nothing", async (...words) => {
  expect((await typed(main, words)).said).toContain(`unknown command '${words.slice(1).join(" ")}'`);
  expect(process.exitCode).toBe(64);
});

test("a maker of errors keeps message and hint", () => {
  expect(userError("locked", "a", "b")).toMatchObject({ code: "locked", message: "a", hint: "b", exitCode: 1 });
});
