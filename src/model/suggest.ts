/** Hints for a name that nobody has: the nearest that there is, or else what there is. */
import { nearest } from "./nearest.ts";
import { visible } from "./visible.ts";

/** "did you mean X?", where there is something near. */
export function suggestNear(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known);
  return near && `did you mean ${visible(near)}?`;
}

/** "did you mean X?", or else "WHAT: A, B", in the order of the alphabet. */
export function suggest(name: string, known: readonly string[], what: string): string {
  return suggestNear(name, known) ?? listKnown(what, known);
}

/** "did you mean X?"'s sober sister, for what nobody mistypes. */
export function listKnown(what: string, known: readonly string[]): string {
  return `${what}: ${known.length === 0 ? "none" : [...known].sort().join(", ")}`;
}

/** "did you mean X?", or else "there are A, B", in the order that they have. */
export function suggestOne(name: string, known: readonly string[]): string {
  return suggestNear(name, known) ?? `there are ${known.map(visible).join(", ") || "none"}`;
}
