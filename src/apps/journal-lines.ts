/** Entries of the journal as `journalctl --output=json` prints them: whose line each is, and what it says. */
import { isRecord, parseJson } from "../model/json.ts";
import type { LogLine } from "./signs.ts";

/** All that parseEntry looks at. */
export const ENTRY_FIELDS = [
  "MESSAGE",
  "CONTAINER_NAME",
  "PODMAN_EVENT",
  "SYSLOG_IDENTIFIER",
  "_SYSTEMD_USER_UNIT",
  "USER_UNIT",
] as const;

export interface Entry extends LogLine {
  readonly cursor: string;
}

/** Undefined for what is no entry. `noise` knows the lines of a unit that only health checks cause. */
export function parseEntry(
  json: string,
  noise: (unit: string, text: string) => boolean = () => false,
): Entry | undefined {
  const entry = parseJson(json);
  if (!isRecord(entry)) return undefined;
  const field = (name: string): string => {
    const value = entry[name];
    // Several values of one field, or bytes that are no plain text.
    if (Array.isArray(value)) return typeof value[0] === "number" ? decode(value) : String(value[0] ?? "");
    return typeof value === "string" ? value : "";
  };
  const unit = field("USER_UNIT") || field("_SYSTEMD_USER_UNIT");
  const text = field("MESSAGE");
  return {
    unit,
    from: sourceOf(field, (own) => noise(unit, own)),
    time: Number(field("__REALTIME_TIMESTAMP")),
    text,
    cursor: field("__CURSOR"),
  };
}

function sourceOf(field: (name: string) => string, noisy: (text: string) => boolean): LogLine["from"] {
  // podman gives its events no name of a container in this field, and the lines of programs no event.
  if (field("PODMAN_EVENT") !== "") return "event";
  if (field("CONTAINER_NAME") !== "") return noisy(field("MESSAGE")) ? "noise" : "own";
  if (field("USER_UNIT") !== "" && field("SYSLOG_IDENTIFIER") === "systemd") return "systemd";
  return "podman";
}

function decode(bytes: readonly unknown[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, Number));
}
