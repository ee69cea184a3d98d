/** A log entry as a person reads it: when, whose, what. */
import { visible } from "../model/visible.ts";
import type { LogLine } from "./signs.ts";

export interface LogText {
  readonly time: string;
  readonly who: string;
  readonly text: string;
}

/** `zone` in minutes east of Greenwich. Further lines of one entry stand below it, and colours are left out. */
export function logText({ unit, from, time, text }: LogLine, zone: number): LogText {
  const name = unit.replace(/\.service$/, "");
  const lines = text
    .replace(/\u001b\[[0-9;]*m/g, "")
    .trimEnd()
    .split("\n");
  return {
    time: localTime(time / 1_000, zone),
    who: from === "own" || from === "noise" ? name : `${name} (${from === "systemd" ? "systemd" : "podman"})`,
    text: lines.map((line) => visible(line.replace(/\r$/, ""))).join("\n    "),
  };
}

/** In the time of this machine, as it was then: with or without an hour of summer. */
export function logTextHere(line: LogLine): LogText {
  return logText(line, -new Date(line.time / 1_000).getTimezoneOffset());
}

/** "2026-11-21T13:00:00+0100" */
function localTime(milliseconds: number, zone: number): string {
  const local = new Date(milliseconds + zone * 60_000).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.floor(Math.abs(zone) / 60), Math.abs(zone) % 60].map((n) =>
    String(n).padStart(2, "0"),
  );
  return `${local}${zone < 0 ? "-" : "+"}${hours}${minutes}`;
}
