/** How long to wait for systemd: as long as it lets the units themselves take, one after another. */

/** For a unit that systemd waits for without an end, or of which it does not say how long. */
const UNKNOWN_SECONDS = 900;
/** A busy machine, and what systemd does between two units. */
const SLACK_SECONDS = 60;
/** Beyond it Node's timers fire at once; it is more than 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Of one unit: what it may take at most. */
export function limitOf(seconds: number | undefined): number {
  return Math.ceil(seconds ?? UNKNOWN_SECONDS);
}

/** Of one command about several units, in milliseconds. */
export function waitFor(seconds: readonly number[]): number {
  const sum = seconds.reduce((all, one) => all + one, 0);
  return Math.min((sum + SLACK_SECONDS) * 1000, LONGEST_MS);
}
