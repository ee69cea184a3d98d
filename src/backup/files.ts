/** The files of backups: which there are in a folder, whether they are whole, and which of them are too many. */

import { UserError } from "../model/diagnostic.ts";
import type { Bulk, Files } from "../system/interfaces.ts";
import { readArchive, verifyArchive } from "./archive.ts";
import type { Manifest } from "./manifest.ts";
import { type BackupName, parseName } from "./names.ts";

export interface Listed extends BackupName {
  readonly path: string;
  readonly size: number;
  /** Undefined where it cannot be read. */
  readonly manifest: Manifest | undefined;
  /** Why it is of no use; undefined where it is whole. */
  readonly fault: string | undefined;
}

/** By name, and the oldest first; contents are read only where `verify`. */
export async function listBackups(
  files: Files,
  bulk: Bulk,
  folder: string,
  verify: boolean,
): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  for (const name of await files.list(folder)) {
    const named = parseName(name);
    if (named !== undefined)
      listed.push({ path: `${folder}/${name}`, ...named, ...(await look(bulk, `${folder}/${name}`, verify)) });
  }
  return listed;
}

async function look(bulk: Bulk, path: string, verify: boolean): Promise<Pick<Listed, "size" | "manifest" | "fault">> {
  let size = 0;
  try {
    const file = bulk.open(path);
    if (file === undefined) return { size, manifest: undefined, fault: "is gone" };
    size = file.size;
    try {
      const archive = readArchive(file, path);
      if (verify) await verifyArchive(archive, () => undefined);
      return { size, manifest: archive.manifest, fault: undefined };
    } finally {
      file.close();
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { size, manifest: undefined, fault: error.message.replace(`${path}: `, "") };
  }
}

/** All but the newest of one service: only what is one by its name and by its contents. */
export function tooMany(listed: readonly Listed[], service: string, keep: number): readonly string[] {
  const own = listed.filter((one) => one.service === service && one.manifest?.service === service);
  const byAge = own.toSorted((a, b) => (a.taken < b.taken ? -1 : 1));
  return byAge.slice(0, Math.max(0, byAge.length - keep)).map(({ path }) => path);
}
