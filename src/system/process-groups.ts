/** Every command leads a process group of its own, so that its children end with it; this file ends groups. */

const running = new Set<number>();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Between asking and killing. */
const GRACE_MS = 3_000;

/** A group of its own no longer hears the terminal's Ctrl-C: while commands run, we pass signals on. */
export function watchGroup(pid: number): void {
  if (running.size === 0) for (const signal of SIGNALS) process.on(signal, passOn);
  running.add(pid);
}

export function forgetGroup(pid: number): void {
  running.delete(pid);
  if (running.size === 0) for (const signal of SIGNALS) process.off(signal, passOn);
}

/** SIGTERM now, SIGKILL for what is left after the grace period. */
export function endGroup(pid: number): void {
  signalGroup(pid, "SIGTERM");
  setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE_MS).unref();
}

export function killGroup(pid: number): void {
  signalGroup(pid, "SIGKILL");
}

/** For who ends now, and leaves nothing behind: the grace period would end after us. */
export function killAllGroups(): void {
  for (const pid of running) killGroup(pid);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: the whole group has ended already.
  }
}

function passOn(signal: NodeJS.Signals): void {
  for (const pid of running) signalGroup(pid, "SIGTERM");
  // Somebody else handles the signal too: theirs to decide whether we end.
  if (process.listenerCount(signal) > 1) return;
  for (const name of SIGNALS) process.off(name, passOn);
  process.kill(process.pid, signal);
}
