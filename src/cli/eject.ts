/** `install-quadlets eject`: writes the present stack as plain files, for whoever goes on without this program. */
import { dirname, resolve } from "node:path";
import { userError } from "../model/diagnostic.ts";
import { next } from "../model/next.ts";
import { ejected } from "../runs/eject.ts";
import { prepare } from "../runs/prepare.ts";
import { makeRootSystem } from "./context.ts";
import type { EjectOptions } from "./eject-flags.ts";
import { complain, print } from "./output.ts";
import { readSources, thisProgram } from "./package.ts";
import { writeTree } from "./write-tree.ts";

export async function eject(directory: string, { config }: EjectOptions): Promise<void> {
  const system = makeRootSystem();
  const root = resolve(directory);
  const there = await system.files.stat(root);
  if (there !== undefined && (there.kind !== "directory" || (await system.files.list(root)).length > 0))
    throw userError(
      "already-there",
      `${root}: is there already, and was not touched`,
      "name a new directory, or an empty one",
    );
  if ((await system.files.stat(dirname(root)))?.kind !== "directory")
    throw userError("no-such-file", `${dirname(root)}: no such directory`, `mkdir ${dirname(root)}`);
  const prepared = await prepare({ system, program: thisProgram }, readSources(config), { looking: true });
  const files = ejected(prepared);
  await writeTree(system, root, files);
  print(`${files.length} files in ${root}; nothing on this host was changed`);
  complain(next("eject", `${root}/README.md`));
}
