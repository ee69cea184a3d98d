/** Where `install-quadlets backups` looks when nobody says where. */
import { expect, test } from "vitest";
import { backupFolders } from "../../src/cli/backup-folders.ts";
import { INDEX_PATH, INDEX_VERSION } from "../../src/model/index-file.ts";
import { memorySystem } from "../support/memory-system.ts";

const OURS = "/var/lib/install-quadlets/backups";
const NAMED = "/mnt/nas/backups";

function host(backups: object | undefined, answers: { exitCode?: number; stdout?: string } = { stdout: "" }) {
  const index = { version: INDEX_VERSION, services: [], ...(backups === undefined ? {} : { backups }) };
  const system = memorySystem({ files: { [INDEX_PATH]: JSON.stringify(index) } });
  system.runner.on("find", answers);
  return system;
}

test.each([
  ["nothing of stack.yaml", host(undefined), [OURS], undefined],
  ["every day, into our own", host({ everySeconds: 86_400 }), [OURS], undefined],
  ["a folder of stack.yaml", host({ folder: NAMED }), [OURS, NAMED], undefined],
  ["one that is away", host({ folder: NAMED }, { exitCode: 1 }), [OURS], NAMED],
  ["no record: the host is new", memorySystem(), [OURS], undefined],
  ["a damaged record", memorySystem({ files: { [INDEX_PATH]: "{" } }), [OURS], undefined],
])("%s", async (_, system, folders, unread) => {
  expect(await backupFolders(system)).toEqual({ folders, unread });
});
