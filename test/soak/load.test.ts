/** Hundreds of reloads, and many changes, renewals and restarts of the proxy, while clients ask without a pause. */
import { expect, test } from "vitest";
import { underLoad } from "../lab/load.ts";
import { startFrom } from "../lab/start.ts";

startFrom("small");

test("no request fails", async () => {
  const seen = await underLoad({ reloads: 500, changes: 20, renewals: 50, restarts: 20 });
  console.log(`load: ${seen.requests} requests, ${seen.streams} streams, ${seen.leaves.length} leaves`);
  expect(seen.failures).toEqual([]);
  expect(seen.leaves.length).toBeGreaterThan(25);
});
