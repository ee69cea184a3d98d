/** Writes files into a directory with the directories in between, for `render` and `eject`. */
import { dirname } from "node:path";
import type { System } from "../system/interfaces.ts";

interface TreeFile {
  /** Below the directory. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

export async function writeTree(system: System, root: string, files: readonly TreeFile[]): Promise<void> {
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const made = new Set<string>();
  for (const { path, content, mode } of files) {
    for (const parent of parents(dirname(`${root}/${path}`), dirname(root))) {
      if (made.has(parent)) continue;
      made.add(parent);
      await system.files.makeDirectory(parent, { mode: 0o755, ...owner });
    }
    await system.files.write(`${root}/${path}`, content, { mode, ...owner });
  }
}

/** Directories from just below `top` down to `path`. */
function parents(path: string, top: string): readonly string[] {
  return path === top ? [] : [...parents(dirname(path), top), path];
}
