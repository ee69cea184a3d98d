/** Rules about [Service]: what quadlet refuses, and what systemd refuses or ignores. */
import { systemdDuration } from "./durations.ts";
import { all, entriesFor, last, settingOf } from "./lookup.ts";
import { atEntry, type Found, perUnit, type Rule, replaceValue } from "./rule.ts";
import { type Entry, KINDS, type Kind, type Unit } from "./unit-set.ts";

const ONESHOT: readonly Kind[] = ["network", "volume", "image", "build", "artifact"];
const RESTART = ["no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"];
const TIMES = [
  "RestartSec",
  "TimeoutStartSec",
  "TimeoutStopSec",
  "TimeoutSec",
  "RuntimeMaxSec",
  "WatchdogSec",
  "RestartMaxDelaySec",
  "TimeoutAbortSec",
];

function service(unit: Unit, key: string): Entry | undefined {
  return entriesFor(unit, "Service", key).at(-1);
}

function typeOf(unit: Unit): string {
  return (
    service(unit, "Type")?.value ??
    (ONESHOT.includes(unit.kind) ? "oneshot" : unit.kind === "pod" ? "forking" : "notify")
  );
}

function otherUser(unit: Unit): readonly Found[] {
  return ["User", "Group", "DynamicUser"]
    .flatMap((key) => service(unit, key) ?? [])
    .map((entry) => atEntry(entry, "quadlet does not support it", "the unit runs as the user whose manager loads it"));
}

export const serviceRules: readonly Rule[] = [
  {
    id: "service-user",
    level: "error",
    only: "rootless",
    what: "User=, Group= or DynamicUser= in [Service].",
    why: "quadlet does not support it, and says so from 5.6 on; the manager of a user may not change users.",
    instead:
      "The unit in the folder of the user whose manager is to run it; for the user in the container User= in [Container].",
    find: perUnit(KINDS, otherUser),
  },
  {
    id: "service-user-as-root",
    level: "warning",
    only: "rootful",
    what: "User=, Group= or DynamicUser= in [Service].",
    why: "quadlet does not support it, and says so from 5.6 on: podman then lacks the directories of that user's session.",
    instead:
      "The unit in the folder of the user whose manager is to run it; for the user in the container User= in [Container].",
    find: perUnit(KINDS, otherUser),
  },
  {
    id: "second-start-command",
    level: "error",
    what: "ExecStart= in [Service].",
    why: "quadlet adds its own, and systemd refuses a unit with two that is no oneshot.",
    instead: "Exec= in [Container] for the command in the container; ExecStartPre= for what comes before.",
    find: perUnit(["container", "kube", "pod"], (unit) =>
      unit.kind !== "pod" && typeOf(unit) === "oneshot"
        ? []
        : all(unit, "ExecStart", "Service").map((entry) =>
            atEntry(
              entry,
              "quadlet adds its own ExecStart=, and systemd refuses two",
              "use Exec= in [Container], or ExecStartPre=",
            ),
          ),
    ),
  },
  {
    id: "restart-word",
    level: "error",
    what: "Restart= has a word that systemd does not know.",
    why: "systemd ignores the line: the unit is not restarted at all.",
    instead: "no, on-success, on-failure, on-abnormal, on-watchdog, on-abort or always. unless-stopped is always.",
    find: perUnit(KINDS, (unit) => {
      const entry = service(unit, "Restart");
      if (entry === undefined || entry.value === "" || RESTART.includes(entry.value) || /[%#]/.test(entry.value))
        return [];
      const plain = entry.value.toLowerCase().replace(/_/g, "-");
      const meant = /^(unless-stopped|yes|true)$/.test(plain)
        ? "always"
        : /^on-failure/.test(plain)
          ? "on-failure"
          : RESTART.find((word) => word === plain);
      const hint = meant === undefined ? RESTART.join(", ") : `write ${meant}`;
      return [
        atEntry(
          entry,
          `systemd knows no Restart=${entry.value} and ignores it`,
          hint,
          meant === undefined ? undefined : replaceValue(entry, meant),
        ),
      ];
    }),
  },
  {
    id: "restart-of-a-oneshot",
    level: "error",
    what: "Restart=always or on-success for a oneshot, which networks, volumes, images, builds and artifacts are.",
    why: "systemd refuses the unit.",
    instead: "Restart=on-failure, or none.",
    find: perUnit(KINDS, (unit) => {
      const entry = service(unit, "Restart");
      if (entry === undefined || typeOf(unit) !== "oneshot" || !/^(always|on-success)$/.test(entry.value)) return [];
      return [
        atEntry(
          entry,
          `systemd refuses a oneshot with Restart=${entry.value}`,
          "use on-failure",
          replaceValue(entry, "on-failure"),
        ),
      ];
    }),
  },
  {
    id: "time-span",
    level: "warning",
    what: "A time in [Service] is none that systemd knows.",
    why: "systemd ignores the line, and its default counts.",
    instead: "90, 90s, 5min, 1h 30min, infinity.",
    find: perUnit(KINDS, (unit) =>
      TIMES.flatMap((key) => service(unit, key) ?? [])
        .filter(
          (entry) => entry.value !== "" && !/[%#]/.test(entry.value) && systemdDuration(entry.value) === undefined,
        )
        .map((entry) =>
          atEntry(entry, `systemd takes no time like "${entry.value}" and ignores it`, "90, 90s, 5min, infinity"),
        ),
    ),
  },
  {
    id: "stop-timeout",
    level: "warning",
    what: "StopTimeout= of the container is not below TimeoutStopSec= of the unit.",
    why: "systemd kills it after 90 seconds, or what TimeoutStopSec= says.",
    instead: "TimeoutStopSec= in [Service] above StopTimeout=.",
    find: perUnit(["container", "pod"], (unit, context) => {
      const entry = last(unit, "StopTimeout");
      const own = Number(settingOf(unit, "StopTimeout", context));
      const set = service(unit, "TimeoutStopSec") ?? service(unit, "TimeoutSec");
      const limit = set === undefined ? 90 : systemdDuration(set.value);
      if (entry === undefined || limit === undefined || limit === 0 || !(own >= limit)) return [];
      return [atEntry(entry, `systemd kills it after ${limit} s`, "set TimeoutStopSec= in [Service] above it")];
    }),
  },
];
