/** Whoever follows something ends quietly once nobody reads any more: `gateway-manage tail | head -1`. */
import { expect, test } from "vitest";
import { untilUnread } from "../../src/cli/screen.ts";

test("a pipe that was closed ends it after the step in hand, without an error", async () => {
  let steps = 0;
  const closed = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
  await untilUnread(async () => {
    steps += 1;
    if (steps === 3) process.stdout.emit("error", closed);
    return "more";
  });
  expect(steps).toBe(3);
});

test("so does a step that says it was the last", async () => {
  let steps = 0;
  await untilUnread(async () => (++steps === 2 ? "done" : "more"));
  expect(steps).toBe(2);
});
