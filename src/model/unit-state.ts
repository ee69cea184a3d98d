/** What systemd's ActiveState says of a unit. */

const RUNNING = ["active", "activating", "reloading"];

/** Up, on its way, or between tries to be: a unit that takes its files over anew is up meanwhile. */
export function isRunning(active: string | undefined): boolean {
  return active !== undefined && RUNNING.includes(active);
}
