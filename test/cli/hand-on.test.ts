/** What a small program hands on: the flags as they were typed, and no defaults. */
import { Command } from "commander";
import { expect, test } from "vitest";
import { backupFlags } from "../../src/cli/backup-flags.ts";
import { flagsOf } from "../../src/cli/hand-on.ts";
import { updateFlags } from "../../src/cli/update-flags.ts";

test.each<[readonly string[], readonly string[]]>([
  [[], []],
  [["-y"], ["--yes"]],
  [
    ["--no-snapshot", "--yes"],
    ["--yes", "--no-snapshot"],
  ],
  [
    ["--keep", "7", "--to", "/mnt/a b"],
    ["--to", "/mnt/a b", "--keep", "7"],
  ],
  [
    ["--encrypt-to", "age1x", "--encrypt-to", "age1y"],
    ["--encrypt-to", "age1x", "--encrypt-to", "age1y"],
  ],
])("%j", (typed, words) => {
  const command = updateFlags(backupFlags(new Command("any")));
  command.parse(["node", "any", ...typed]);
  expect(flagsOf(command)).toEqual(words);
});
