/** Rules about the manager that runs the unit: targets, [Install], sandboxes, restarts. */
import { isAtLeast } from "../quadlet/version.ts";
import { all, last, serviceOf, wordsOf } from "./lookup.ts";
import { atEntry, atValue, perUnit, type Rule, replaceValue } from "./rule.ts";
import { KINDS } from "./unit-set.ts";

const SANDBOX =
  /^(Private(Tmp|Devices|Network|Users|Mounts|IPC)|Protect(System|Home|Kernel\w+|ControlGroups|Clock|Hostname|Proc)|NoNewPrivileges|RestrictSUIDSGID|RestrictNamespaces|RestrictAddressFamilies|SystemCall\w+|MemoryDenyWriteExecute|LockPersonality|ReadOnlyPaths|ReadWritePaths|InaccessiblePaths|BindPaths|BindReadOnlyPaths|TemporaryFileSystem|RootDirectory|CapabilityBoundingSet)$/;
/** Targets of the system that a user's manager does not have. */
const SYSTEM_TARGETS =
  /^(multi-user|graphical|network|network-online|network-pre|local-fs|remote-fs|sysinit|nss-lookup|nss-user-lookup|time-sync|getty|rescue|emergency|cloud-init|runlevel[2-5]|swap|cryptsetup|remote-cryptsetup|nvidia)\.target$/;

export const managerRules: readonly Rule[] = [
  {
    id: "sandbox",
    level: "warning",
    only: "rootless",
    what: "A sandbox setting of systemd in a unit of a user's manager.",
    why: "From systemd 254 on it takes away what rootless podman needs to map ids; and it does not confine the container, which is elsewhere.",
    instead: "The keys of [Container]: NoNewPrivileges=, ReadOnly=, DropCapability=, SeccompProfile=.",
    find: perUnit(KINDS, (unit) =>
      unit.entries
        .filter(
          (entry) =>
            entry.section === "Service" && SANDBOX.test(entry.key) && !/^(no|false|off|0|)$/i.test(entry.value),
        )
        .map((entry) =>
          atEntry(
            entry,
            "keeps rootless podman from starting, and does not confine the container",
            "use the keys of [Container]",
          ),
        ),
    ),
  },
  {
    id: "target-of-the-system",
    level: "error",
    only: "rootless",
    what: "[Install] names only targets that a user's manager does not have.",
    why: "The unit is never started at boot.",
    instead: "WantedBy=default.target.",
    find: perUnit(KINDS, (unit) => {
      const words = ["WantedBy", "RequiredBy", "UpheldBy"].flatMap((key) => wordsOf(unit, key, "words", "Install"));
      const [first] = words;
      if (first === undefined || !words.every((word) => SYSTEM_TARGETS.test(word.text))) return [];
      const fix = words.length === 1 ? replaceValue(first.entry, "default.target") : undefined;
      return [
        atValue(
          first.entry,
          first.at,
          `a user's manager has no ${first.text}, so nothing starts this at boot`,
          "write default.target (or check with --rootful)",
          fix,
        ),
      ];
    }),
  },
  {
    id: "requires-a-target-of-the-system",
    level: "error",
    only: "rootless",
    what: "Requires= or BindsTo= names a target or service that a user's manager does not have.",
    why: "The unit does not start: what it requires is not found.",
    instead: "Nothing: from 5.3 on podman waits for the network by itself; before, a drop-in for user@UID.service.",
    find: perUnit(KINDS, (unit) =>
      ["Requires", "BindsTo", "Requisite"]
        .flatMap((key) => wordsOf(unit, key, "words", "Unit"))
        .filter((word) => SYSTEM_TARGETS.test(word.text))
        .map((word) =>
          atValue(
            word.entry,
            word.at,
            `a user's manager has no ${word.text}, so this unit does not start`,
            "remove it",
          ),
        ),
    ),
  },
  {
    id: "after-a-target-of-the-system",
    level: "hint",
    only: "rootless",
    what: "After= or Wants= names a target that a user's manager does not have.",
    why: "systemd ignores it.",
    instead: "Nothing: from 5.3 on podman waits for the network by itself.",
    find: perUnit(KINDS, (unit) =>
      ["After", "Wants"]
        .flatMap((key) => wordsOf(unit, key, "words", "Unit"))
        .filter((word) => SYSTEM_TARGETS.test(word.text))
        .map((word) =>
          atValue(
            word.entry,
            word.at,
            `a user's manager has no ${word.text} and ignores this`,
            "from 5.3 on podman waits for the network by itself",
          ),
        ),
    ),
  },
  {
    id: "install-key",
    level: "warning",
    what: "A key in [Install] that the generator does not read.",
    why: "`systemctl enable` does not work for generated units: the generator makes the links of WantedBy=, RequiredBy=, Alias= and (5.5) UpheldBy= itself.",
    instead: "WantedBy=.",
    find: perUnit(KINDS, (unit, { podman }) =>
      unit.entries
        .filter((entry) => entry.section === "Install")
        .filter(
          ({ key }) =>
            !["WantedBy", "RequiredBy", "Alias", "DefaultInstance"].includes(key) &&
            !(key === "UpheldBy" && isAtLeast(podman, "5.5")),
        )
        .map((entry) =>
          atEntry(
            entry,
            "the generator does not read it",
            entry.key === "UpheldBy" ? "needs podman 5.5; use WantedBy=" : "use WantedBy=",
          ),
        ),
    ),
  },
  {
    id: "template-without-instance",
    level: "warning",
    what: "[Install] of a template without DefaultInstance=, and no instance is here.",
    why: "The generator makes no link, so nothing starts it at boot.",
    instead: "DefaultInstance=NAME, or a link NAME@INSTANCE.container to the file.",
    find: perUnit(KINDS, (unit, { set }) => {
      const stem = unit.name.slice(0, -unit.kind.length - 1);
      const [wanted] = all(unit, "WantedBy", "Install");
      if (wanted === undefined || !stem.endsWith("@") || last(unit, "DefaultInstance", "Install") !== undefined)
        return [];
      const hasInstance = [...set.byName.keys()].some((name) => name !== unit.name && name.startsWith(stem));
      return hasInstance
        ? []
        : [
            atEntry(
              wanted,
              "a template without an instance is not started",
              "add DefaultInstance=, or a link NAME@INSTANCE",
            ),
          ];
    }),
  },
  {
    id: "own-dependency",
    level: "error",
    what: "A unit requires itself, or comes after itself.",
    why: "systemd drops such a dependency, or refuses to start the unit.",
    instead: "The name of another unit.",
    find: perUnit(KINDS, (unit, context) =>
      ["After", "Before", "Requires", "BindsTo", "Wants"]
        .flatMap((key) => wordsOf(unit, key, "words", "Unit"))
        .filter((word) => word.text === serviceOf(unit, context) || word.text === unit.name)
        .map((word) => atValue(word.entry, word.at, "names this unit itself", "name another unit")),
    ),
  },
];
