/** Files and directories: what is at the paths that the desired state names and that we once made. */
import { UserError } from "../model/diagnostic.ts";
import type { PathFact } from "../model/facts.ts";
import type { AbsolutePath } from "../model/names.ts";
import type { System } from "../system/interfaces.ts";

/** What we write is far smaller; a larger file is somebody else's and only its presence matters. */
const MAX_FILE_BYTES = 1024 * 1024;

export async function gatherPaths(
  system: System,
  paths: readonly string[],
): Promise<ReadonlyMap<AbsolutePath, PathFact>> {
  const facts = await Promise.all(
    [...new Set(paths)].map(async (path) => [path as AbsolutePath, await gatherPath(system, path)] as const),
  );
  return new Map(facts);
}

/** A service may have put a symlink on the way to it. */
async function gatherPath(system: System, path: string): Promise<PathFact> {
  try {
    return await lookAt(system, path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "other", what: `not to be reached (${error.message})` };
  }
}

async function lookAt(system: System, path: string): Promise<PathFact> {
  const stat = await system.files.stat(path);
  if (stat === undefined) return { kind: "missing" };
  const { kind, uid, gid, mode } = stat;
  if (kind === "directory") return { kind, uid, gid, mode };
  if (kind !== "file") return { kind: "other", what: kind === "symlink" ? "a symlink" : "a device, pipe or socket" };
  if (stat.size > MAX_FILE_BYTES) return { kind: "other", what: `a file of ${stat.size} bytes` };
  const content = await system.files.read(path, 2 * MAX_FILE_BYTES);
  return content === undefined ? { kind: "missing" } : { kind, uid, gid, mode, content };
}
