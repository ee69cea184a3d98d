/** Which backups of a service there are, and where: in our own folder, and in the one that stack.yaml names. */
import { expect, test } from "vitest";
import { findBackups } from "../../src/backup/where.ts";
import type { AbsolutePath } from "../../src/model/names.ts";
import { CommandFailed } from "../../src/system/command-failed.ts";
import { memorySystem } from "../support/memory-system.ts";

const OURS = "/var/lib/install-quadlets/backups";
const NAMED = "/mnt/nas/backups" as AbsolutePath;
const OLD = "opik-2026-11-01T031200Z.backup.tar";
const NEW = "opik-2026-11-27T031200Z.backup.tar";

/** Nothing is at a folder that is not among them. */
function site(folders: Readonly<Record<string, string>>) {
  const system = memorySystem();
  system.runner.on(/^find/, ({ argv: [, folder = ""] }) => {
    const stdout = folders[folder];
    return stdout === undefined ? { exitCode: 1, stderr: `find: '${folder}': No such file or directory` } : { stdout };
  });
  return system;
}

test("those of the service, whatever else lies there, in the order of their days", async () => {
  const lies = [NEW, "open-webui-2026-11-27T031200Z.backup.tar", "opik.txt", OLD, ""].join("\n");
  expect(await findBackups(site({ [OURS]: lies }), {}, "opik")).toEqual({
    paths: [`${OURS}/${OLD}`, `${OURS}/${NEW}`],
    unread: undefined,
  });
});

test("both folders, where stack.yaml names another one", async () => {
  const system = site({ [OURS]: `${OLD}\n`, [NAMED]: `${NEW}\n` });
  expect(await findBackups(system, { backups: { folder: NAMED } }, "opik")).toEqual({
    paths: [`${OURS}/${OLD}`, `${NAMED}/${NEW}`],
    unread: undefined,
  });
});

test("none yet is nothing to be said, and one folder is looked at once", async () => {
  const system = site({});
  expect(await findBackups(system, { backups: { everySeconds: 86_400 } }, "opik")).toEqual({
    paths: [],
    unread: undefined,
  });
  expect(system.runner.printed.length).toBe(1);
});

test("a folder that is away is named, and the others are still told", async () => {
  const away = site({ [OURS]: `${OLD}\n` });
  expect(await findBackups(away, { backups: { folder: NAMED } }, "opik")).toEqual({
    paths: [`${OURS}/${OLD}`],
    unread: NAMED,
  });
  away.runner.on(NAMED, (command) => {
    throw new CommandFailed(command, { kind: "timeout", milliseconds: 5_000 }, { exitCode: 0, stdout: "", stderr: "" });
  });
  expect((await findBackups(away, { backups: { folder: NAMED } }, "opik")).unread).toBe(NAMED);
});
