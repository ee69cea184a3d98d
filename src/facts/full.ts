/** File systems that are full: those that a run writes to, and those of services. */
import { type FileSystem, freeSpace, parseFreeSpace } from "../commands/disk.ts";
import type { FullFact, FullPlace } from "../model/full.ts";
import type { System } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";

/** Less than this is nothing: databases refuse to start with it. */
const LEFT_BYTES = 8 * 1024 * 1024;
/** On every host: what a run writes is below one of them. */
const OWN = ["/etc", "/usr/local", "/var/lib"];

/** Each file system once, by the first of the places that is on it; undefined where none is full. */
export async function gatherFull(system: System, places: readonly string[]): Promise<FullFact | undefined> {
  const all = [...OWN, ...places];
  const answer = await ifReadable(system.runner.probe(freeSpace(all)));
  const found = new Map<string, { readonly full: FullPlace; readonly isOwn: boolean }>();
  const lines = parseFreeSpace(answer?.stdout ?? "");
  for (const [at, line] of lines.entries()) {
    // Those of a run come first and are there.
    const isOwn = at < OWN.length;
    const path = isOwn ? all[at] : nameOf(lines, at, all);
    if (path !== undefined && isFull(line) && !found.has(line.place))
      found.set(line.place, { full: { path, megabytes: megabytesOf(line) }, isOwn });
  }
  if (found.size === 0) return undefined;
  const ofKind = (isOwn: boolean) => [...found.values()].filter((one) => one.isOwn === isOwn).map(({ full }) => full);
  return { own: ofKind(true), ofServices: ofKind(false) };
}

/** The first that is full of what `df` printed about the places. */
export function firstFull(text: string, places: readonly string[]): FullPlace | undefined {
  const lines = parseFreeSpace(text);
  const at = lines.findIndex(isFull);
  const line = lines[at];
  if (line === undefined) return undefined;
  return { path: nameOf(lines, at, places) ?? "", megabytes: megabytesOf(line) };
}

/** Where one was left out, nobody knows whose line it is: then it is called by where it is mounted. */
function nameOf(lines: readonly FileSystem[], at: number, places: readonly string[]): string | undefined {
  return lines.length === places.length ? places[at] : lines[at]?.place;
}

/** A small one has little left by nature; 0 inodes of 0 are not counted. */
function isFull({ size, free, freeInodes, inodes }: FileSystem): boolean {
  const noBytes = size > 4 * LEFT_BYTES ? free < LEFT_BYTES : size > 0 && free === 0;
  return noBytes || (inodes > 0 && freeInodes === 0);
}

function megabytesOf({ size }: FileSystem): number {
  return Math.round(size / 1024 / 1024);
}
