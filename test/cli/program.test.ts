/** What is typed wrong is said before anything is read or done. */
import { afterEach, expect, test, vi } from "vitest";
import { main } from "../../src/cli/install-program.ts";

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test.each([
  [["verfiy"], "unknown command 'verfiy'"],
  [["--dry-run", "now"], "unknown command 'now'"],
  [["renew", "now"], "too many arguments for 'renew'"],
  [["--nonsense"], "unknown option '--nonsense'"],
  [["ca", "rotat"], "unknown command 'rotat'"],
  [["secrets", "set"], "missing required argument 'name'"],
  [["secrets", "set", "app/key", "hf_value"], "too many arguments for 'set'"],
])("install-quadlets %j", async (words, says) => {
  let text = "";
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  await main(["node", "install-quadlets", ...words]);
  expect(text).toContain(says);
  // A value that was typed as an argument is in enough places already.
  expect(text).not.toContain("hf_value");
  expect(process.exitCode).toBe(1);
});
