/** The wall clock and waiting. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "./interfaces.ts";

export class RealClock implements Clock {
  now(): Date {
    return new Date();
  }

  async sleep(milliseconds: number): Promise<void> {
    await delay(milliseconds);
  }
}
