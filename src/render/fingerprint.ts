/** A short hash over everything that a running process was made from. */
import { createHash } from "node:crypto";

/** 16 hex digits of SHA-256 over the parts; parts are length-prefixed so that their borders count. */
export function fingerprint(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest("hex").slice(0, 16);
}
