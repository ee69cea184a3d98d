/** When there are colours: each way of saying no, and of saying yes all the same. */
import { expect, test } from "vitest";
import { canDraw, wantsColour } from "../../src/cli/colour.ts";

test.each<[string, Readonly<Record<string, string>>, readonly string[], boolean, boolean]>([
  ["a terminal", {}, [], true, true],
  ["a pipe", {}, [], false, false],
  ["NO_COLOR", { NO_COLOR: "1" }, [], true, false],
  ["NO_COLOR without a value is none", { NO_COLOR: "" }, [], true, true],
  ["a dumb terminal", { TERM: "dumb" }, [], true, false],
  ["--no-color", {}, ["--no-color"], true, false],
  ["--no-color for somebody else", {}, ["exec", "x", "--", "ls", "--no-color"], true, true],
  ["CLICOLOR_FORCE into a pipe", { CLICOLOR_FORCE: "1" }, [], false, true],
  ["CLICOLOR_FORCE on a dumb terminal", { CLICOLOR_FORCE: "1", TERM: "dumb" }, [], true, true],
  ["CLICOLOR_FORCE=0 forces nothing", { CLICOLOR_FORCE: "0" }, [], false, false],
  ["NO_COLOR wins over it", { CLICOLOR_FORCE: "1", NO_COLOR: "1" }, [], true, false],
  ["--no-color wins over it", { CLICOLOR_FORCE: "1" }, ["--no-color"], true, false],
])("%s", (_, env, argv, isTerminal, colours) => {
  expect(wantsColour({ env, argv, isTerminal })).toBe(colours);
});

test("nothing is drawn over where nobody could see it", () => {
  expect(canDraw({ env: {}, isTerminal: true })).toBe(true);
  expect(canDraw({ env: { TERM: "dumb" }, isTerminal: true })).toBe(false);
  expect(canDraw({ env: { CLICOLOR_FORCE: "1" }, isTerminal: false })).toBe(false);
});
