/** The folders that `backups` lists: ours, and the one of stack.yaml, where there is one and it answers. */
import { readIndex } from "../apps/service-index.ts";
import { BACKUPS } from "../backup/names.ts";
import { wholeFiles } from "../commands/disk.ts";
import { ifReadable } from "../facts/if-readable.ts";
import type { System } from "../system/interfaces.ts";

export interface BackupFolders {
  readonly folders: readonly string[];
  /** The folder of stack.yaml, where it cannot be read: it may be of another machine that does not answer. */
  readonly unread: string | undefined;
}

export async function backupFolders(system: System): Promise<BackupFolders> {
  // A host whose record is gone or damaged is where backups are wanted most.
  const site = (await ifReadable(readIndex(system)))?.backups?.folder;
  if (site === undefined || site === BACKUPS) return { folders: [BACKUPS], unread: undefined };
  // A command can be cut off.
  const answer = await ifReadable(system.runner.probe(wholeFiles(site)));
  return answer?.exitCode === 0
    ? { folders: [BACKUPS, site], unread: undefined }
    : { folders: [BACKUPS], unread: site };
}
