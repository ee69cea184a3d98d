/** Random bytes of the kernel's generator. */
import type { Randomness } from "./interfaces.ts";

/** The global one (Web Crypto): importing node:crypto would add its loading to every command, also to those that only look. */
function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** For names that nobody else can foresee: two characters a byte. */
export function randomHex(count: number): string {
  return Buffer.from(randomBytes(count)).toString("hex");
}

export class RealRandomness implements Randomness {
  bytes(count: number): Uint8Array {
    return randomBytes(count);
  }
}
