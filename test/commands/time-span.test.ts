/** systemd's lengths of time, and how long a command about several units is waited for. */
import { expect, test } from "vitest";
import { parseTimeSpan } from "../../src/commands/time-span.ts";
import { waitFor } from "../../src/model/waiting.ts";

test.each<[string | undefined, number | undefined]>([
  ["1min 30s", 90],
  ["1h", 3_600],
  ["1h 2min 3s", 3_723],
  ["45s", 45],
  ["500ms", 0.5],
  ["1.5s", 1.5],
  ["2d 3h", 183_600],
  ["1w", 604_800],
  ["0", undefined],
  ["infinity", undefined],
  ["", undefined],
  [undefined, undefined],
  ["90", undefined],
  ["1min soon", undefined],
])("%s", (text, seconds) => {
  expect(parseTimeSpan(text)).toBe(seconds);
});

test("units that take one after another are waited for together, and a minute more", () => {
  expect(waitFor([90, 3_600])).toBe(3_750_000);
  expect(waitFor([])).toBe(60_000);
  // As long as the schema allows, three times: a timer that is set for longer fires at once.
  expect(waitFor([1_000_000, 1_000_000, 1_000_000])).toBe(2 ** 31 - 1);
});
