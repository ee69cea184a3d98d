/** Reads an open file to its end, but never more than a limit. */
import { readSync } from "node:fs";
import { userError } from "../model/diagnostic.ts";

const CHUNK = 64 * 1024;

/** By reading, not by the size that stat tells: files in /proc say 0, and a file may grow while it is read. */
export function readDescriptor(descriptor: number, path: string, maxBytes: number): string {
  const chunks: Buffer[] = [];
  let total = 0;
  while (true) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const count = readSync(descriptor, chunk, 0, CHUNK, null);
    if (count === 0) return Buffer.concat(chunks).toString("utf8");
    total += count;
    if (total > maxBytes) throw userError("unusable-file", `${path}: is larger than ${maxBytes} bytes`);
    chunks.push(chunk.subarray(0, count));
  }
}
