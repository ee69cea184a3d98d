/** Every command leads a process group of its own, so that its children end with it; this file ends groups. */

/** With whether it may be ended when this program is only asked to stop. */
const running = new Map<number, boolean>();
let spared = false;
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Between asking and killing. */
const GRACE_MS = 3_000;

/** A group of its own no longer hears the terminal's Ctrl-C: while commands run, we pass signals on. */
export function watchGroup(pid: number, mayEnd = false): void {
  if (running.size === 0) for (const signal of SIGNALS) process.on(signal, passOn);
  running.set(pid, mayEnd);
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
  for (const pid of running.keys()) killGroup(pid);
}

/** Until what it gives is called, only what may be ended half-way hears of signals. */
export function spareGroups(): () => void {
  spared = true;
  return () => {
    spared = false;
  };
}

/** Whether who is asked to stop lets it come to its end. */
export function isSpared(mayEnd = false): boolean {
  return spared && !mayEnd;
}

/** Asked to end, and not waited for. */
export function endAllGroups(): void {
  for (const pid of running.keys()) signalGroup(pid, "SIGTERM");
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: the whole group has ended already.
  }
}

function passOn(signal: NodeJS.Signals): void {
  for (const [pid, mayEnd] of running) if (!isSpared(mayEnd)) signalGroup(pid, "SIGTERM");
  // Somebody else handles the signal too: theirs to decide whether we end.
  if (process.listenerCount(signal) > 1) return;
  for (const name of SIGNALS) process.off(name, passOn);
  process.kill(process.pid, signal);
}
