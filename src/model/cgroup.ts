/** Control groups of user managers, as the kernel shows and counts them. */

/** Where they are mounted. */
export const CGROUPS = "/sys/fs/cgroup";

/** Everything that an account runs in its user manager. */
export function managerGroup(uid: number): string {
  return `${CGROUPS}/user.slice/user-${uid}.slice/user@${uid}.service`;
}

/** Without what was read from files and not used lately: a database fills its limit with that, and is well. */
export function workingMemory(current: number, memoryStat: string): number {
  return Math.max(0, current - (counterIn(memoryStat, "inactive_file") ?? 0));
}

/** "oom_kill 0" on a line of its own; undefined where it is not there. */
export function counterIn(text: string, name: string): number | undefined {
  const digits = new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
