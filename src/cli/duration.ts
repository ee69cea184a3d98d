/** Milliseconds as a table has them. */
import type { Spread } from "../apps/bench-stats.ts";

export function durationText(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 100 ? 1 : 0)} ms`;
}

export function spreadText(spread: Spread | undefined): readonly [string, string] {
  if (spread === undefined) return ["-", "-"];
  return [durationText(spread.median), durationText(spread.p90)];
}
