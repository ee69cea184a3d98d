/** Lines of real programs, one after the other. */
import { expect, test } from "vitest";
import { streamLines } from "../../src/system/stream.ts";

async function all(argv: readonly [string, ...string[]]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of streamLines({ argv })) lines.push(line);
  return lines;
}

test("lines as they come, the last one without its end", async () => {
  expect(await all(["printf", "a\\n\\nä\\nlast"])).toEqual(["a", "", "ä", "last"]);
  expect(await all(["true"])).toEqual([]);
});

test("leaving the loop ends a program that would go on for ever", async () => {
  let seen = 0;
  for await (const line of streamLines({ argv: ["yes", "more"] })) {
    expect(line).toBe("more");
    if (++seen === 1000) break;
  }
  expect(seen).toBe(1000);
});

test("a program that is not there, and one that fails", async () => {
  await expect(all(["no-such-program"])).rejects.toThrow("no-such-program: cannot be started");
  await expect(all(["false"])).rejects.toThrow("false ended with code 1");
});
