/** The name that was probably meant. */
import { lettersOff } from "../model/nearest.ts";

/** Another case or separators, or at most two letters off. */
export function alike(name: string, names: readonly string[]): string | undefined {
  const wanted = plain(name);
  const exact = names.find((candidate) => plainName(candidate) === wanted);
  if (exact !== undefined || wanted.length < 4 || wanted.length > 40) return exact;
  const allowed = wanted.length < 7 ? 1 : 2;
  return names
    .map((candidate) => ({ candidate, distance: lettersOff(wanted, plainName(candidate), allowed) }))
    .filter((one) => one.distance <= allowed)
    .sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[-_ ]/g, "");
}

/** Of the names that there are, which a file may ask for a hundred thousand times. */
const plainNames = new Map<string, string>();

function plainName(name: string): string {
  const known = plainNames.get(name) ?? plain(name);
  plainNames.set(name, known);
  return known;
}
