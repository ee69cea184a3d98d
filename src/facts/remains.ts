/** What earlier runs made and the desired state does not name any more: is it there, and what is in and on it. */

import type { Applied } from "../model/applied.ts";
import type { AccountFact, RemainsFact } from "../model/facts.ts";
import type { AbsolutePath } from "../model/names.ts";
import { partialOf, STATE_ROOT } from "../model/places.ts";
import type { DesiredState } from "../model/resource.ts";
import { wantedPaths } from "../model/wanted-paths.ts";
import type { System } from "../system/interfaces.ts";

export interface Unwanted {
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

export function unwantedPaths(desired: DesiredState, applied: Applied): Unwanted {
  const wanted = new Set(wantedPaths(desired));
  if (desired.tool !== undefined) wanted.add(desired.tool.target);
  // Looked at only where everything goes: otherwise it is wanted.
  const state = desired.directories.length === 0 ? [STATE_ROOT] : [];
  const tools = applied.tools.flatMap((path) => [path, partialOf(path)]);
  const only = (paths: readonly string[]) => [...new Set(paths.filter((path) => !wanted.has(path)))];
  return { files: only(applied.files), directories: only([...state, ...applied.directories, ...tools]) };
}

/** Nothing is read where nothing is unwanted. */
export async function gatherRemains(
  system: System,
  applied: Applied,
  unwanted: Unwanted,
  users: readonly AccountFact[],
): Promise<RemainsFact> {
  const gone = unwanted.directories.filter((path) => applied.directories.includes(path));
  if (gone.length === 0) return { entries: new Map(), mounts: [] };
  const homes = users.map((account) => account.home).filter((home) => gone.includes(home));
  // Deeper ones are in the hands of the services: nobody needs their names.
  const listed = [...homes, ...gone.filter(isConfiguration)];
  const entries = await Promise.all(
    listed.map(async (path) => [path as AbsolutePath, await system.files.list(path)] as const),
  );
  return {
    entries: new Map(entries),
    mounts: mountsBelow(gone, system.host.readTrusted("/proc/self/mountinfo") ?? ""),
  };
}

/** Where only configuration is; everything else that we made holds data. */
function isConfiguration(path: string): boolean {
  return path.startsWith("/etc/") || path.startsWith("/usr/local/");
}

/** Field 5 of each line, with octal escapes for blanks (proc_pid_mountinfo(5)). */
export function mountsBelow(directories: readonly string[], mountinfo: string): readonly string[] {
  const points = mountinfo.split("\n").flatMap((line) => line.split(" ")[4] ?? []);
  const plain = points.map((point) => point.replaceAll(/\\([0-7]{3})/g, (_, code) => octalCharacter(code as string)));
  const below = (point: string) => directories.some((path) => point === path || point.startsWith(`${path}/`));
  return [...new Set(plain.filter(below))].sort();
}

function octalCharacter(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 8));
}
