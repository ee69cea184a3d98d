/** Where sudo looks for commands, as it says itself. */
import { expect, test } from "vitest";
import { gatherSudoDirectory } from "../../src/facts/sudo.ts";
import { memorySystem } from "../support/memory-system.ts";

const says = (path: string) =>
  `Sudo version 1.9.17p2\nSend mail if user is not in sudoers\n${path}\nUmask to use: 0022\n`;

test.each([
  [
    "Debian 14 and RHEL pass over /usr/local",
    "Value to override user's $PATH with: /usr/sbin:/usr/bin:/sbin:/bin",
    "/usr/sbin",
  ],
  [
    "Debian 13 does not",
    "Value to override user's $PATH with: /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    undefined,
  ],
  ["nobody's path but the caller's", "Insults are on", undefined],
  ["a path of somebody's own, with none of ours", "Value to override user's $PATH with: /opt/bin", undefined],
])("%s", async (_, line, directory) => {
  const memory = memorySystem();
  memory.runner.on("sudo -V", { stdout: says(line) });
  expect(await gatherSudoDirectory(memory)).toBe(directory);
});

test("no sudo, no question", async () => {
  const memory = memorySystem({ programs: [] });
  expect(await gatherSudoDirectory(memory)).toBeUndefined();
  expect(memory.runner.commands).toEqual([]);
});

test("who is not root is not told, and sees what root's last run decided", async () => {
  const host = { effectiveUid: () => 1000 };
  expect(await gatherSudoDirectory(memorySystem({ host }))).toBeUndefined();
  const files = { "/usr/sbin/install-quadlets": "#!/usr/bin/node\n" };
  const memory = memorySystem({ host, files });
  expect(await gatherSudoDirectory(memory)).toBe("/usr/sbin");
  expect(memory.runner.commands).toEqual([]);
});
