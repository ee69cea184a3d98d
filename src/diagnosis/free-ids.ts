/** Ranges of subordinate ids: which of them share ids, and where there is room for another. */
import type { SubidLine } from "../model/facts.ts";

interface Overlap {
  readonly one: SubidLine;
  readonly other: SubidLine;
}

/** Of two owners; the two ranges of one owner may do what they like. Sorted first: there may be thousands. */
export function overlaps(lines: readonly SubidLine[]): readonly Overlap[] {
  const sorted = [...lines].sort((a, b) => a.start - b.start);
  const found: Overlap[] = [];
  let widest: SubidLine | undefined;
  for (const line of sorted) {
    if (widest !== undefined && widest.owner !== line.owner && line.start < endOf(widest))
      found.push({ one: widest, other: line });
    if (widest === undefined || endOf(line) > endOf(widest)) widest = line;
  }
  return found;
}

/** Behind all others, at a multiple of what shadow gives to each account. */
export function freeStart(lines: readonly SubidLine[], count = 65_536): number {
  const end = Math.max(100_000, ...lines.map(endOf));
  return Math.ceil(end / count) * count;
}

export function rangeText({ start, count }: Pick<SubidLine, "start" | "count">): string {
  return `${start}-${start + count - 1}`;
}

function endOf({ start, count }: SubidLine): number {
  return start + count;
}
