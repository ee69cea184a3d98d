/** Rules about health checks and when a unit counts as started. */
import { goDuration, systemdDuration } from "./durations.ts";
import { all, entriesFor, isOneshot, last, settingOf } from "./lookup.ts";
import { atEntry, type Context, perUnit, type Rule } from "./rule.ts";
import type { Unit } from "./unit-set.ts";

const DURATIONS = [
  "HealthInterval",
  "HealthTimeout",
  "HealthStartPeriod",
  "HealthStartupInterval",
  "HealthStartupTimeout",
];
const COUNTS = [
  "HealthRetries",
  "HealthStartupRetries",
  "HealthStartupSuccess",
  "HealthMaxLogCount",
  "HealthMaxLogSize",
];

function isHealthy(unit: Unit, context: Context): boolean {
  return /^healthy$/i.test(settingOf(unit, "Notify", context)) && !isOneshot(unit, context);
}

/** systemd's own 90 seconds where nothing is said. */
function startTimeout(unit: Unit): number {
  const entry =
    entriesFor(unit, "Service", "TimeoutStartSec").at(-1) ?? entriesFor(unit, "Service", "TimeoutSec").at(-1);
  if (entry === undefined) return 90;
  const seconds = systemdDuration(entry.value);
  return seconds === undefined ? 90 : seconds === 0 ? Number.POSITIVE_INFINITY : seconds;
}

function hasCheck(unit: Unit, context: Context): boolean {
  return (
    settingOf(unit, "HealthCmd", context) !== "" ||
    all(unit, "PodmanArgs").some((entry) => /--health-cmd/.test(entry.value))
  );
}

export const healthRules: readonly Rule[] = [
  {
    id: "healthy-too-late",
    level: "warning",
    what: "Notify=healthy, and the health check may take longer than TimeoutStartSec=.",
    why: "systemd ends the start after 90 seconds, or what TimeoutStartSec= says, though podman would go on waiting.",
    instead: "TimeoutStartSec= in [Service] above HealthStartPeriod= and HealthInterval=.",
    find: perUnit(["container"], (unit, context) => {
      if (!isHealthy(unit, context)) return [];
      const limit = startTimeout(unit);
      return ["HealthStartPeriod", "HealthInterval", "HealthStartupInterval"].slice(0, 2).flatMap((key) => {
        const entry = last(unit, key);
        const startup = settingOf(unit, "HealthStartupCmd", context) !== "";
        const seconds = goDuration(settingOf(unit, key, context));
        if (entry === undefined || seconds === undefined || seconds <= limit || (startup && key === "HealthInterval"))
          return [];
        return [
          atEntry(
            entry,
            `is longer than the ${limit} s that systemd waits for a start`,
            "set TimeoutStartSec= in [Service] above it",
          ),
        ];
      });
    }),
  },
  {
    id: "healthy-without-check",
    level: "warning",
    what: "Notify=healthy without HealthCmd=.",
    why: "Unless the image brings a check, podman refuses to start it.",
    instead: "HealthCmd=.",
    find: perUnit(["container"], (unit, context) => {
      const entry = last(unit, "Notify");
      const isNone = /^none$/i.test(settingOf(unit, "HealthCmd", context));
      if (entry === undefined || !isHealthy(unit, context) || (hasCheck(unit, context) && !isNone)) return [];
      return [atEntry(entry, "healthy needs a check, and only the image could bring one here", "add HealthCmd=")];
    }),
  },
  {
    id: "healthy-oneshot",
    level: "warning",
    what: "Notify= beside Type=oneshot.",
    why: "A oneshot is done when its program ends; nothing is reported.",
    instead: "Without Type=oneshot, or without Notify=.",
    find: perUnit(["container"], (unit, context) => {
      const entry = last(unit, "Notify");
      if (entry === undefined || !isOneshot(unit, context)) return [];
      return /^(healthy|true|yes|on|1)$/i.test(settingOf(unit, "Notify", context))
        ? [atEntry(entry, "has no effect beside Type=oneshot", "remove it")]
        : [];
    }),
  },
  {
    id: "startup-check",
    level: "warning",
    what: "A setting of the startup check without HealthStartupCmd=, or that without HealthCmd=.",
    why: "Without HealthStartupCmd= the others are ignored; without HealthCmd= podman refuses it, unless the image brings a check.",
    instead: "HealthCmd= and HealthStartupCmd= together.",
    find: perUnit(["container"], (unit, context) => {
      const command = last(unit, "HealthStartupCmd");
      if (command !== undefined && settingOf(unit, "HealthStartupCmd", context) !== "") {
        return hasCheck(unit, context) ? [] : [atEntry(command, "needs HealthCmd=, too", "add HealthCmd=")];
      }
      const other = ["HealthStartupInterval", "HealthStartupRetries", "HealthStartupSuccess", "HealthStartupTimeout"];
      const entry = other.map((key) => last(unit, key)).find((one) => one !== undefined);
      return entry === undefined || all(unit, "PodmanArgs").some((one) => /--health-startup-cmd/.test(one.value))
        ? []
        : [atEntry(entry, "is ignored without HealthStartupCmd=", "add HealthStartupCmd=")];
    }),
  },
  {
    id: "health-duration",
    level: "error",
    what: "A time of a health check has no unit, or one that podman does not know.",
    why: "podman refuses it, and the unit does not start.",
    instead: "30s, 2m, 1m30s, 1h.",
    find: perUnit(["container"], (unit, context) =>
      DURATIONS.flatMap((key) => {
        const entry = last(unit, key);
        const value = settingOf(unit, key, context);
        const isOff = key === "HealthInterval" && value === "disable";
        if (entry === undefined || value === "" || isOff || /[%$#]/.test(value) || goDuration(value) !== undefined)
          return [];
        const isPlain = /^\d+$/.test(value);
        const [part] = entry.parts;
        const fix =
          isPlain && part !== undefined
            ? [{ file: entry.file, from: part.at, to: entry.end, text: `${value}s` }]
            : undefined;
        return [
          atEntry(entry, `podman takes no time like "${value}"`, isPlain ? `write ${value}s` : "30s, 2m, 1m30s", fix),
        ];
      }),
    ),
  },
  {
    id: "health-number",
    level: "error",
    what: "A count of a health check is no number.",
    why: "podman refuses it, and the unit does not start.",
    instead: "A number.",
    find: perUnit(["container"], (unit, context) =>
      COUNTS.flatMap((key) => {
        const entry = last(unit, key);
        const value = settingOf(unit, key, context);
        return entry === undefined || value === "" || /^\d+$|[%$#]/.test(value)
          ? []
          : [atEntry(entry, `"${value}" is no number`)];
      }),
    ),
  },
  {
    id: "health-on-failure",
    level: "error",
    what: "HealthOnFailure= is none of none, kill, restart, stop.",
    why: "podman refuses it, and the unit does not start.",
    instead: "kill, with Restart= in [Service].",
    find: perUnit(["container"], (unit, context) => {
      const entry = last(unit, "HealthOnFailure");
      const value = settingOf(unit, "HealthOnFailure", context);
      if (entry === undefined || /^(none|kill|restart|stop|)$/i.test(value) || /[%$]/.test(value)) return [];
      return [atEntry(entry, `podman knows no "${value}"`, "none, kill, restart or stop")];
    }),
  },
  {
    id: "health-restart",
    level: "warning",
    what: "HealthOnFailure=restart.",
    why: "podman restarts the container behind systemd's back, which then takes the unit for failed.",
    instead: "HealthOnFailure=kill, and Restart=always or on-failure in [Service].",
    find: perUnit(["container"], (unit, context) => {
      const entry = last(unit, "HealthOnFailure");
      if (entry === undefined || !/^restart$/i.test(settingOf(unit, "HealthOnFailure", context))) return [];
      return [atEntry(entry, "restarts behind systemd's back", "kill, with Restart= in [Service]")];
    }),
  },
];
