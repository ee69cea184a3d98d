/** How long work takes on a machine that may have other things to do: the time this process computed, without what it waited. */

/** Seconds. */
export async function cpuTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}
