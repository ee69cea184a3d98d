/** Rows of a service before and after something was done with its data. */

export interface Count {
  readonly name: string;
  /** Null where what counts did not run, or did not answer. */
  readonly count: number | null;
}

export interface JudgedCount {
  readonly name: string;
  readonly before: number | null;
  readonly now: number | null;
  /** More is what people did since; none at all where there were some is a loss. */
  readonly is: "well" | "fewer" | "lost";
}

export function judgeCounts(before: readonly Count[], after: readonly Count[]): readonly JudgedCount[] {
  return before.map(({ name, count }) => {
    const now = after.find((one) => one.name === name)?.count ?? null;
    const isKnown = count !== null && now !== null;
    const is = !isKnown || now >= count ? "well" : now === 0 ? "lost" : "fewer";
    return { name, before: count, now, is };
  });
}

export function countText(count: number | null): string {
  return count === null ? "not counted" : String(count);
}
