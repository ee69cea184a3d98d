/** Manual pages: fresh, whole, and nothing in them that roff takes for a request. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { manPages } from "../../src/cli/man-document.ts";
import { commandsOf, helpOf, PROGRAMS } from "../support/commands.ts";

afterEach(() => vi.restoreAllMocks());

/** Its complaints; nothing where there is no groff. */
function complaintsOf(page: string): string {
  return spawnSync("groff", ["-man", "-ww", "-Tutf8"], { input: page, encoding: "utf8" }).stderr ?? "";
}

const REQUESTS = ["TH", "SH", "SS", "TP", "PP"];

test.each(Object.entries(PROGRAMS))("%s", async (program, main) => {
  const page = (await manPages())[`${program}.1`] ?? expect.fail("no page");
  expect(readFileSync(`man/man1/${program}.1`, "utf8"), "npm run man").toBe(page);
  expect(complaintsOf(page)).toBe("");
  const lines = page.split("\n");
  expect(lines[0]).toBe(`.TH ${program.toUpperCase()} 1 "" "install-quadlets"`);
  const requests = lines.filter((line) => /^[.']/.test(line)).map((line) => line.slice(1).split(" ")[0] ?? "");
  expect(requests.filter((request) => !REQUESTS.includes(request))).toEqual([]);
  expect(page.replaceAll(/\\(e|-|&|fB|fR)/g, "")).not.toContain("\\");
  const shown = page.replaceAll(/\\(fB|fR|&)/g, "").replaceAll("\\-", "-");
  for (const words of await commandsOf(main, "groups")) {
    if (words.length > 0) expect(shown).toContain(`\n.SS ${words.join(" ")}\n`);
    for (const [, flag] of (await helpOf(main, words)).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm))
      if (!["--help", "--no-color"].includes(flag ?? "")) expect(shown, words.join(" ")).toContain(flag);
  }
});
