/** "oom_kill 0": a counter on a line of its own, as the kernel writes them. */

/** Undefined where it is not there. */
export function counterIn(text: string, name: string): number | undefined {
  const digits = new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
