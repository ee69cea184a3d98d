/** The folders that `backups` lists: ours, and the one of stack.yaml, where there is one and it answers. */
import { readIndex } from "../apps/service-index.ts";
import { BACKUPS } from "../backup/names.ts";
import { wholeFiles } from "../commands/disk.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { UserError } from "../model/diagnostic.ts";
import type { System } from "../system/interfaces.ts";

export interface BackupFolders {
  readonly folders: readonly string[];
  /** The folder of stack.yaml, where it cannot be read: it may be of another machine that does not answer. */
  readonly unread: string | undefined;
}

export async function backupFolders(system: System): Promise<BackupFolders> {
  const site = await siteFolder(system);
  if (site === undefined || site === BACKUPS) return { folders: [BACKUPS], unread: undefined };
  // A command can be cut off.
  const answer = await ifReadable(system.runner.probe(wholeFiles(site)));
  return answer?.exitCode === 0
    ? { folders: [BACKUPS, site], unread: undefined }
    : { folders: [BACKUPS], unread: site };
}

/** A host whose record is gone or damaged is where backups are wanted most. */
async function siteFolder(system: System): Promise<string | undefined> {
  try {
    return (await readIndex(system)).backups?.folder;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
