/** What a service uses: what was counted until a moment, and what that is in a second between two of them. */

/** Bytes from and to storage since the process began. */
export interface ProcessIo {
  readonly read: number;
  readonly written: number;
}

/** Undefined is what the kernel does not count here. Memory in bytes. */
export interface Counted {
  readonly cpuMicroseconds: number | undefined;
  readonly memory: number | undefined;
  readonly tasks: number | undefined;
  /** By process: what one has counted goes with it. */
  readonly io: ReadonlyMap<number, ProcessIo>;
}

export interface Usage {
  /** Of one core: 1.5 is one and a half. */
  readonly cores: number | undefined;
  readonly memory: number | undefined;
  readonly tasks: number | undefined;
  /** Bytes a second. */
  readonly read: number;
  readonly written: number;
}

export function usageBetween(before: Counted, after: Counted, seconds: number): Usage {
  const { memory, tasks } = after;
  const began = before.cpuMicroseconds;
  const ended = after.cpuMicroseconds;
  // A manager that was started anew counts from zero.
  const cpu = began === undefined || ended === undefined ? undefined : ended - (ended < began ? 0 : began);
  return {
    cores: cpu === undefined || seconds <= 0 ? undefined : cpu / 1e6 / seconds,
    memory,
    tasks,
    ...ioBetween(before, after, seconds),
  };
}

/** What a process moved that came after the first look counts whole; of one that ended, nobody knows any more. */
function ioBetween(before: Counted, after: Counted, seconds: number): Pick<Usage, "read" | "written"> {
  let read = 0;
  let written = 0;
  for (const [pid, now] of after.io) {
    const then = before.io.get(pid);
    // A number is used again once its process has ended.
    const isSame = then !== undefined && then.read <= now.read && then.written <= now.written;
    read += now.read - (isSame ? then.read : 0);
    written += now.written - (isSame ? then.written : 0);
  }
  return seconds <= 0 ? { read: 0, written: 0 } : { read: read / seconds, written: written / seconds };
}
