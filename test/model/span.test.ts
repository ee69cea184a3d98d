/** Spans of time in words: to the nearest, in the largest unit of which there are two. */
import { expect, test } from "vitest";
import { spanText } from "../../src/model/span.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [0.4, "0 s"],
  [119, "119 s"],
  [2 * MINUTE, "2 min"],
  [2 * MINUTE + 29, "2 min"],
  [2 * MINUTE + 30, "3 min"],
  [2 * HOUR - 1, "120 min"],
  [2 * HOUR, "2 h"],
  [8 * HOUR + 48 * MINUTE, "9 h"],
  [2 * DAY, "2 days"],
  [31.4 * DAY, "31 days"],
])("%d seconds: %s", (seconds, text) => expect(spanText(seconds)).toBe(text));
