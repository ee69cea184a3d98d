/** Whether anybody uses a service, from what it says of itself; and for how long nobody has. */
import type { Activity } from "../model/sharing.ts";

export interface Sample {
  readonly busy: boolean;
  /** What is another text after each request. */
  readonly counts: string;
}

/** Undefined where the answer has nothing of what it is asked for: then nobody knows. */
export function readSample({ busy, counts, used }: Activity, answer: string): Sample | undefined {
  const lines = answer.split("\n");
  const inUse = used !== undefined && lines.some((line) => new RegExp(used, "u").test(line));
  if (busy.length + counts.length === 0) return { busy: inUse, counts: "" };
  const sums = new Map<string, number>();
  for (const line of lines) {
    const [, name, value] = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{.*\})?\s+(\S+)/.exec(line) ?? [];
    if (name === undefined || ![...busy, ...counts].includes(name) || Number.isNaN(Number(value))) continue;
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  if (sums.size === 0) return undefined;
  return {
    busy: inUse || busy.some((name) => (sums.get(name) ?? 0) > 0),
    counts: counts.map((name) => sums.get(name) ?? 0).join(" "),
  };
}

/** What is remembered of a service between two looks. */
export interface Watch {
  /** Which start of it this is about. */
  readonly started: string;
  readonly counts: string;
  /** When it was last seen in use, or first seen; seconds since 1970. */
  readonly used: number;
}

/** Where nobody knows whether it is used, it is: nothing is stopped by mistake. */
export function watchOn(before: Watch | undefined, sample: Sample | undefined, now: number, started: string): Watch {
  if (sample === undefined) return { started, counts: before?.counts ?? "", used: now };
  const { busy, counts } = sample;
  const isSame = before !== undefined && before.started === started && before.counts === counts && !busy;
  // A clock that was set back must not make it wait for years.
  return { started, counts, used: isSame && before.used <= now ? before.used : now };
}
