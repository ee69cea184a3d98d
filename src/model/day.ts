/** Days, as people are told them. */

const DAY_MS = 86_400_000;

/** "2026-11-26", in UTC. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Whole days; negative once `to` is past. */
export function daysBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / DAY_MS);
}

export function daysBefore(date: Date, days: number): Date {
  return new Date(date.getTime() - days * DAY_MS);
}
