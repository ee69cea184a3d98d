/** Random bytes of the kernel's generator. */
import { randomBytes } from "node:crypto";
import type { Randomness } from "./interfaces.ts";

export class RealRandomness implements Randomness {
  bytes(count: number): Uint8Array {
    return randomBytes(count);
  }
}
