/** What around a service may be the reason: a full file system, a port that another has, memory that ran out. */

import { freeSpace } from "../commands/disk.ts";
import { memoryEnds } from "../commands/journal.ts";
import { firstFull } from "../facts/full.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { gatherListeners, nameListeners } from "../facts/listeners.ts";
import { INDEX_PATH, type IndexedService, parseIndex } from "../model/index-file.ts";
import { isInTheWay } from "../model/listener.ts";
import { APPLIED_PATH } from "../model/places.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import type { More, OutOfMemory } from "./signs.ts";

export async function findFull(system: System, { home, uid, places }: IndexedService): Promise<More["full"]> {
  // Data may lie on a file system of their own.
  const paths = [home, ...(places?.directories ?? []), `/run/user/${uid}`];
  const answer = await ifReadable(system.runner.probe(freeSpace(paths)));
  return answer && firstFull(answer.stdout, paths);
}

/** The record of a run is what it writes last: later than that no file of ours changes by itself. */
export async function findTouched({ files }: System, { places }: IndexedService): Promise<More["touched"]> {
  const last = await files.stat(APPLIED_PATH);
  if (last === undefined) return undefined;
  const paths = [...(places?.files ?? []), ...(places?.unitFiles ?? [])];
  const stats = await Promise.all(paths.map(async (path) => ({ path, stat: await files.stat(path) })));
  const touched = stats.find(({ stat }) => stat === undefined || stat.modified > last.modified);
  return touched && { path: touched.path, gone: touched.stat === undefined };
}

const KERNEL_SECONDS = 60;

export async function findTaken(system: System, service: IndexedService): Promise<More["taken"]> {
  const listeners = await gatherListeners(system);
  // Without an address of the site only those that are bound to all are surely in the way of what faces it.
  const address = parseIndex((await system.files.read(INDEX_PATH)) ?? "")?.address;
  const ours = service.ports.map((port) => ({ ...port, uid: service.uid }));
  const strangers = listeners.filter((listener) => ours.some((port) => isInTheWay(listener, port, address)));
  const [first] = nameListeners(system, strangers);
  if (first === undefined) return undefined;
  return { port: first.port, process: visible(first.process === "" ? `uid ${first.uid}` : first.process) };
}

/**
 * "oom-kill:constraint=CONSTRAINT_MEMCG,...,oom_memcg=GROUP,task_memcg=/user.slice/.../UNIT/...,task=NAME,pid=1,uid=1", where GROUP
 * is the one whose limit was reached; "oom-kill:constraint=CONSTRAINT_NONE,...,global_oom,task_memcg=..." where the host had no more.
 */
export async function findOutOfMemory(
  system: System,
  { uid }: IndexedService,
  unit: string,
  endedAt: number | undefined,
): Promise<OutOfMemory | undefined> {
  // The kernel says it before systemd sees the end; where that is not known, what is old may be about another one.
  const since = endedAt === undefined ? "-15min" : `@${Math.floor(endedAt) - KERNEL_SECONDS}`;
  const { stdout, stderr, exitCode } = await system.runner.probe(memoryEnds(since));
  // 1 is also where nothing matches; who may not read it is told so.
  if (exitCode > 1 || stderr.trim() !== "") return undefined;
  const within = (group: string) => group.includes(`/user@${uid}.service/`) && `${group}/`.includes(`/${unit}/`);
  const groups = stdout.split("\n").flatMap((line) => {
    const [, task] = /,task_memcg=([^,]*),/.exec(line) ?? [];
    if (task === undefined || !within(task)) return [];
    return /,oom_memcg=(\/[^,]*),/.exec(line)?.[1] ?? "host";
  });
  const last = groups.at(-1) ?? "nobody";
  return within(last) ? "unit" : (visible(last) as OutOfMemory);
}
