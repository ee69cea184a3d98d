/** What the kernel has counted for a service: for all that runs in its user manager, checks included, or for one unit. */
import { ifReadable } from "../facts/if-readable.ts";
import { counterIn, managerGroup, workingMemory } from "../model/cgroup.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { IndexedUnit } from "../model/indexed-unit.ts";
import type { Counted, ProcessIo } from "../model/usage.ts";
import type { System } from "../system/interfaces.ts";

/** memory.stat has some sixty lines; a container may start a few thousand processes. */
const MAX_BYTES = 64 * 1024;
/** Containers make groups of their own; a hostile one may make very many. */
const MOST_GROUPS = 200;
const MOST_PROCESSES = 2_000;

/** Each field is undefined where the kernel does not count it for it, all of them where nothing of it runs. */
export async function countUsage(
  system: System,
  { uid }: Pick<IndexedService, "uid">,
  unit?: IndexedUnit,
): Promise<Counted> {
  const manager = managerGroup(uid);
  const group = unit === undefined ? manager : `${manager}/app.slice/${unit.unit}`;
  const read = (path: string) => ifReadable(system.files.read(path, MAX_BYTES));
  const [cpu, current, memory, tasks] = await Promise.all(
    ["cpu.stat", "memory.current", "memory.stat", "pids.current"].map((name) => read(`${group}/${name}`)),
  );
  const used = numberIn(current);
  return {
    cpuMicroseconds: counterIn(cpu ?? "", "usage_usec"),
    memory: used === undefined ? undefined : workingMemory(used, memory ?? ""),
    tasks: numberIn(tasks),
    io: await countIo(system, await processesIn(system, group)),
  };
}

async function processesIn(system: System, group: string): Promise<readonly number[]> {
  const processes: number[] = [];
  const open = [group];
  for (let looked = 0; looked < MOST_GROUPS && processes.length < MOST_PROCESSES; looked++) {
    const next = open.pop();
    if (next === undefined) break;
    const [names, text] = await Promise.all([
      ifReadable(system.files.list(next)),
      ifReadable(system.files.read(`${next}/cgroup.procs`, MAX_BYTES)),
    ]);
    for (const line of (text ?? "").split("\n")) if (line !== "") processes.push(Number(line));
    for (const name of names ?? []) if (isGroup(name)) open.push(`${next}/${name}`);
  }
  return processes.slice(0, MOST_PROCESSES);
}

/** The kernel's own files are called "cpu.stat"; groups are units, or what podman calls them. */
function isGroup(name: string): boolean {
  return !name.includes(".") || /\.(service|slice|scope|socket|mount)$/.test(name);
}

/** Only root may read them; what has ended meanwhile is left out. */
async function countIo(system: System, processes: readonly number[]): Promise<ReadonlyMap<number, ProcessIo>> {
  const counted = await Promise.all(
    processes.map(async (pid) => [pid, await ifReadable(system.files.read(`/proc/${pid}/io`, MAX_BYTES))] as const),
  );
  return new Map(
    counted.flatMap(([pid, text]): [number, ProcessIo][] => {
      const [read, written] = ["read_bytes:", "write_bytes:"].map((name) => counterIn(text ?? "", name));
      return read === undefined || written === undefined ? [] : [[pid, { read, written }]];
    }),
  );
}

function numberIn(text: string | undefined): number | undefined {
  return /^\d+\n?$/.test(text ?? "") ? Number(text) : undefined;
}
