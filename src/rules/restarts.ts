/** Rules about restarts that do not happen, or happen too often. */
import { systemdDuration } from "./durations.ts";
import { entriesFor, last } from "./lookup.ts";
import { atEntry, perUnit, type Rule } from "./rule.ts";
import type { Entry, Unit } from "./unit-set.ts";

function service(unit: Unit, key: string): Entry | undefined {
  return entriesFor(unit, "Service", key).at(-1);
}

export const restartRules: readonly Rule[] = [
  {
    id: "restart-wait-alone",
    level: "hint",
    what: "RestartSec= without Restart=.",
    why: "Nothing is restarted, so it has no effect.",
    instead: "Restart=always or on-failure.",
    find: perUnit(["container", "kube"], (unit) => {
      const entry = service(unit, "RestartSec");
      return entry === undefined || service(unit, "Restart") !== undefined
        ? []
        : [atEntry(entry, "has no effect without Restart=", "add Restart=")];
    }),
  },
  {
    id: "starts-too-often",
    level: "hint",
    what: "Restart= with no wait, or a very short one.",
    why: "After 5 starts within 10 seconds systemd gives the unit up for good.",
    instead: "RestartSec=5 or more, or StartLimitIntervalSec=0 in [Unit].",
    find: perUnit(["container", "kube"], (unit) => {
      const entry = service(unit, "RestartSec");
      const restart = service(unit, "Restart")?.value ?? "no";
      const seconds = entry === undefined ? undefined : systemdDuration(entry.value);
      if (entry === undefined || restart === "no" || seconds === undefined || seconds >= 1) return [];
      return last(unit, "StartLimitIntervalSec", "Unit") === undefined
        ? [
            atEntry(
              entry,
              "systemd gives up after 5 starts within 10 s",
              "RestartSec=5, or StartLimitIntervalSec=0 in [Unit]",
            ),
          ]
        : [];
    }),
  },
];
