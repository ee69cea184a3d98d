/** Whose a process is, from the kernel. */
import type { System } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";

/** Undefined where it has ended meanwhile. */
export async function gatherProcessOwner(system: System, pid: number): Promise<number | undefined> {
  return parseProcessOwner((await ifReadable(system.files.read(`/proc/${pid}/status`))) ?? "");
}

/** "Uid:	802	802	802	802": the second is the one that counts. */
export function parseProcessOwner(status: string): number | undefined {
  const digits = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
