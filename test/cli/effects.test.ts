/** Each command of each program says what it may change, once, at the end of its help. */
import { afterEach, expect, test, vi } from "vitest";
import { commandsOf, helpOf, PROGRAMS } from "../support/commands.ts";

afterEach(() => vi.restoreAllMocks());

test.each([
  ["install-quadlets", 25],
  ["svc", 14],
  ["vllm-manage", 12],
  ["opik-manage", 5],
  ["gateway-manage", 14],
])("%s", async (name, atLeast) => {
  const main = PROGRAMS[name] ?? expect.fail();
  const leaves = await commandsOf(main, "leaves");
  expect(leaves.length).toBeGreaterThanOrEqual(atLeast);
  for (const words of leaves)
    expect((await helpOf(main, words)).match(/^Effect: .+/gm) ?? [], words.join(" ")).toHaveLength(1);
});

test.each([["verify"], ["history"], ["ports"], ["secrets", "list"]])("%j changes nothing", async (...words) => {
  expect(await helpOf(PROGRAMS["install-quadlets"] ?? expect.fail(), words)).toContain("\nEffect: read-only\n");
});
