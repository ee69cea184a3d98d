/** Hundreds of reloads, and many changes, renewals and restarts of the proxy, while clients ask without a pause; and many clients. */
import { expect, test } from "vitest";
import { flooded, underLoad } from "../lab/load.ts";
import { startFrom } from "../lab/start.ts";

startFrom("small");

test("no request fails", async () => {
  const seen = await underLoad({ reloads: 200, changes: 20, renewals: 50, restarts: 20, rotations: 1, pause: 20 });
  console.log(`load: ${seen.requests} requests, ${seen.streams} streams, ${seen.leaves.length} leaves`);
  expect(seen.failures).toEqual([]);
  expect(seen.leaves.length).toBeGreaterThan(25);
});

test("128 connections for two minutes: every request is answered, and not fewer with time", async () => {
  const { failures, parts } = await flooded(128, 120);
  console.log(`flood: answers in each 12 s: ${parts.join(", ")}`);
  expect(failures).toEqual({});
  const [first, last] = [parts.slice(1, 4), parts.slice(-3)].map((some) => some.reduce((sum, one) => sum + one, 0));
  // Without kept connections to the service it fell to a ninth within ten seconds.
  expect(last).toBeGreaterThan((first ?? 0) / 2);
});
