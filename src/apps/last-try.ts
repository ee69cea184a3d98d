/** Which lines of a log are about the try that failed: those before it are about something that is over, or was mended. */
import type { LogLine } from "./signs.ts";

/** `isOver`: the last try has ended; where it is still under way, the one before it may have said why. */
export function ofLastTry(log: readonly LogLine[], isOver: boolean): readonly LogLine[] {
  const starts = log.flatMap(({ from, text }, index) => (from === "systemd" && /^Starting /.test(text) ? [index] : []));
  const last = log.slice(starts.at(-1) ?? 0);
  const says = last.some(({ from }) => from === "own" || from === "podman");
  return isOver && says ? last : log.slice(starts.at(-2) ?? 0);
}
