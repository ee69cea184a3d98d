/** Files and directories: written, put back, removed. Each step may have been done already by a run that was cut off. */
import { removeTree } from "../commands/trees.ts";
import type { Of } from "../model/change.ts";
import { fillAuthority } from "../model/fill-authority.ts";
import { isTemporary } from "../model/places.ts";
import type { System } from "../system/interfaces.ts";
import { checkSudoers } from "./check-sudoers.ts";
import type { ApplyContext, Handlers } from "./context.ts";

/** Model caches hold hundreds of gigabytes. */
const TREE_MS = 60 * 60 * 1000;

type Kinds = "directory" | "file" | "mode" | "remove-file" | "remove-directory" | "remove-tree" | "put-back" | "unmake";

export const PATHS: Handlers<Kinds> = {
  directory: ({ system }, { directory: { path, mode, owner } }) => system.files.makeDirectory(path, { mode, ...owner }),
  file: writeFile,
  mode: ({ system }, { path, mode, owner }) => system.files.setOwnerAndMode(path, { mode, ...owner }),
  "remove-file": ({ system }, { path }) => system.files.remove(path),
  "remove-directory": ({ system }, change) => takeDirectory(system, change),
  "remove-tree": ({ system }, change) => takeTree(system, change),
  "put-back": ({ system }, change) => putBack(system, change),
  unmake: ({ system }, change) => unmake(system, change),
};

async function writeFile({ system, trust }: ApplyContext, { file }: Of<"file">): Promise<void> {
  const content = trust.authority === undefined ? file.content : fillAuthority(file.content, trust.authority);
  if (file.role.kind === "sudoers") await checkSudoers(system, content);
  await system.files.write(file.path, content, { mode: file.mode, ...file.owner });
}

async function takeDirectory({ files }: System, { path }: Of<"remove-directory">): Promise<void> {
  for (const name of await files.list(path)) {
    if (isTemporary(name)) await files.remove(`${path}/${name}`);
  }
  await files.remove(path);
}

/** Through stat, which refuses a symlink on the way; rm itself follows none below. */
async function takeTree({ files, runner }: System, { path }: Of<"remove-tree">): Promise<void> {
  if ((await files.stat(path)) === undefined) return;
  await runner.run({ ...removeTree(path), timeoutMs: TREE_MS });
}

/** The step that failed changed nothing: what is as it was is not written again, on a disk that may not take it. */
async function putBack({ files }: System, { path, before }: Of<"put-back">): Promise<void> {
  const stat = await files.stat(path);
  const same = stat?.kind === "file" && stat.uid === before.uid && stat.gid === before.gid && stat.mode === before.mode;
  if (same && (await files.read(path)) === before.content) return;
  const { content, ...options } = before;
  await files.write(path, content, options);
}

async function unmake({ files }: System, { path }: Of<"unmake">): Promise<void> {
  if ((await files.stat(path))?.kind === "directory" && (await files.list(path)).length > 0) return;
  await files.remove(path);
}
