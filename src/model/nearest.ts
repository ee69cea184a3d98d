/** "did you mean X?": the name that is nearest to what somebody typed. */
import leven from "leven";

/** Undefined where nothing is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const starts = (candidate: string) => candidate.startsWith(name.slice(0, 1));
  const best = known
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate.toLowerCase()) }))
    // People get the first letter right: of two that are as near it decides.
    .sort((a, b) => a.distance - b.distance || Number(starts(b.candidate)) - Number(starts(a.candidate)))[0];
  if (best === undefined || best.distance >= name.length) return undefined;
  return best.distance <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined;
}

/** How many letters are other ones, too many or missing; past `most` it may be called one more than that. */
export function lettersOff(one: string, other: string, most: number): number {
  return leven(one, other, { maxDistance: most + 1 });
}
