/** How long to wait for systemd: as long as it lets the units themselves take, one after another. */

/** For a unit that systemd waits for without an end, or of which it does not say how long. */
const UNKNOWN_SECONDS = 900;
/** A busy machine, and what systemd does between two units. */
const SLACK_SECONDS = 60;

/** Of one unit: what it may take at most. */
export function limitOf(seconds: number | undefined): number {
  return Math.ceil(seconds ?? UNKNOWN_SECONDS);
}

/** Of one command about several units, in milliseconds. */
export function waitFor(seconds: readonly number[]): number {
  return (seconds.reduce((sum, one) => sum + one, 0) + SLACK_SECONDS) * 1000;
}
