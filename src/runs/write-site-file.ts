/** Writes a file of the site again, as whose and as readable as it was. */
import type { System } from "../system/interfaces.ts";

export async function writeSiteFile({ files }: System, directory: string, path: string, text: string): Promise<void> {
  const stat = await files.stat(path);
  const { mode = 0o644, uid = 0, gid = 0 } = stat ?? {};
  if ((await files.stat(directory)) === undefined) {
    await files.makeDirectory(directory, { mode: 0o755, uid: 0, gid: 0 });
  }
  await files.write(path, text, { mode, uid, gid });
}
