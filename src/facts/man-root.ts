/** Where pages of programs below /usr/local belong. */
import type { AbsolutePath } from "../model/names.ts";
import type { System } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";

const USUAL = "/usr/local/share/man" as AbsolutePath;
const OLD = "/usr/local/man" as AbsolutePath;

/** Arch has a link from the first to the second, Debian one from the second to the first: nothing is written through a link. */
export async function gatherManRoot({ files }: System): Promise<AbsolutePath> {
  const [usual, old] = await Promise.all([USUAL, OLD].map((path) => ifReadable(files.stat(path))));
  return usual?.kind === "symlink" && old?.kind === "directory" ? OLD : USUAL;
}
