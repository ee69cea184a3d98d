/** What must be there before a backup or a restore touches anything: the data, a namespace to read them in, and room. */
import { openNamespace, roomBeside, sizesOf } from "../facts/data.ts";
import type { IndexedBackup } from "../model/backup.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { sizeText } from "../model/size.ts";
import type { System } from "../system/interfaces.ts";
import type { Scene } from "./scene.ts";

/** Left over for everything else that writes there. */
const SPARE = 64_000_000;

/** Before a backup into that folder. */
export async function refuseUnready(
  { system }: Scene,
  service: IndexedService,
  data: IndexedBackup,
  folder: string,
): Promise<void> {
  const directories = data.parts.map((part) => part.directory);
  for (const directory of directories) {
    if ((await system.files.stat(directory))?.kind !== "directory")
      throw userError(
        "no-such-file",
        `${directory} is not there: ${service.name} has no data to take`,
        `sudo svc status ${service.name}`,
      );
  }
  await openNamespace(system, service);
  const sizes = await sizesOf(system, service, directories);
  await refuseFull(
    system,
    folder,
    sizes.reduce((sum, size) => sum + size, 0),
  );
}

export async function refuseFull(system: System, folder: string, bytes: number): Promise<void> {
  const { free } = await roomBeside(system, folder);
  if (free === undefined || free >= bytes + SPARE) return;
  throw userError(
    "no-room",
    `${folder} has room for ${sizeText(free)}, and ${sizeText(bytes + SPARE)} are needed`,
    "make room, or name another directory with --to; old backups go with --keep N",
  );
}
