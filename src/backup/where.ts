/** Where the backups of a service lie: in our own folder, and in the one that stack.yaml names. */
import { wholeFiles } from "../commands/disk.ts";
import { ifReadable } from "../facts/if-readable.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { BACKUPS, parseName } from "./names.ts";

export interface FoundBackups {
  readonly paths: readonly string[];
  /** The folder of stack.yaml, where it cannot be read: what is in it is not known. */
  readonly unread: string | undefined;
}

/** By their names. Asked of a command: the folder may be of another machine that does not answer, and a command can be cut off. */
export async function findBackups(
  { runner }: System,
  { backups }: Pick<ServiceIndex, "backups">,
  service: string,
): Promise<FoundBackups> {
  // Ours stay in mind: they were taken before the site named another folder, or by hand.
  const folders = [...new Set([BACKUPS, backups?.folder ?? BACKUPS])];
  const lists = await Promise.all(
    folders.map(async (folder) => ({ folder, answer: await ifReadable(runner.probe(wholeFiles(folder))) })),
  );
  return {
    paths: lists.flatMap(({ folder, answer }) =>
      (answer?.stdout ?? "")
        .split("\n")
        .filter((file) => parseName(file)?.service === service)
        .sort()
        .map((file) => `${folder}/${file}`),
    ),
    // Ours is made with the first backup in it.
    unread: lists.find(({ folder, answer }) => folder !== BACKUPS && answer?.exitCode !== 0)?.folder,
  };
}
