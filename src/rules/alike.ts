/** The name that was probably meant. */

/** Another case or separators, or at most two letters off. */
export function alike(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_ ]/g, "");
  const wanted = plain(name);
  const exact = names.find((candidate) => plain(candidate) === wanted);
  if (exact !== undefined || wanted.length < 4 || wanted.length > 40) return exact;
  const allowed = wanted.length < 7 ? 1 : 2;
  return names
    .map((candidate) => ({ candidate, distance: distance(wanted, plain(candidate)) }))
    .filter((one) => one.distance <= allowed)
    .sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
