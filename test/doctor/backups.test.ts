/** When the last backups were: what the index says about them, and what lies in their folder. */
import { expect, test } from "vitest";
import { gatherBase } from "../../src/doctor/base.ts";
import { gatherBackups } from "../../src/doctor/gather-backups.ts";
import { INDEX_PATH } from "../../src/model/index-file.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";

const TIMER = "/etc/systemd/system/install-quadlets-backup.timer";

async function gather(stack: string, names: readonly string[], folder: string) {
  const index = renderSite(siteSources(stack)).files.find(({ path }) => path === INDEX_PATH)?.content ?? "";
  const own = { uid: 0, gid: 0, mode: 0o644 };
  const timer = { kind: "file", content: "", modified: Date.parse("2026-11-01T00:00:00Z"), ...own } as const;
  const system = memorySystem({ files: { [INDEX_PATH]: index, ...(stack.includes("every") && { [TIMER]: timer }) } });
  system.runner.on(`find ${folder} -maxdepth 1 -type f -size +0 -printf`, {
    stdout: names.map((name) => `${name}\n`).join(""),
  });
  return gatherBackups(system, await gatherBase(system));
}

const FILES = [
  "opik-2026-11-20T030000Z.backup.tar",
  "opik-2026-11-27T031200Z.backup.tar",
  "opik-2026-13-45T996000Z.backup.tar",
  ".install-quadlets-0123456789abcdef01234567",
  "gone-2026-11-27T031200Z.backup.tar",
  "holiday.tar",
];

test.each([
  ["{}", "/var/lib/install-quadlets/backups", undefined, undefined],
  ["backup: { to: /mnt/nas }", "/mnt/nas", undefined, undefined],
  ["backup: { every: daily }", "/var/lib/install-quadlets/backups", 86_400, new Date("2026-11-01T00:00:00Z")],
] as const)("where stack.yaml says %s", async (stack, folder, everySeconds, timerSince) => {
  const { services, ...timer } = await gather(stack, FILES, folder);
  expect(timer).toEqual({ everySeconds, timerSince });
  expect(services).toEqual([
    { name: "open-webui", taken: undefined },
    { name: "opik", taken: new Date("2026-11-27T03:12:00Z") },
  ]);
});
