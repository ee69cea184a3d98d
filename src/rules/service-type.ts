/** Rules about the words of [Service] that the generator reads itself, and systemd after it. */
import { trimEndSpace } from "../quadlet/read.ts";
import { last, settingOf } from "./lookup.ts";
import { atEntry, perUnit, type Rule, replaceValue } from "./rule.ts";

export const serviceTypeRules: readonly Rule[] = [
  {
    id: "kill-mode",
    level: "error",
    what: "KillMode= is neither mixed nor control-group.",
    why: "The generator leaves the unit out.",
    instead: "mixed, which is the default, or control-group.",
    find: perUnit(["container", "kube"], (unit, context) => {
      const entry = last(unit, "KillMode", "Service");
      const value = settingOf(unit, "KillMode", context, "Service");
      if (entry === undefined || value === "mixed" || value === "control-group") return [];
      return [
        atEntry(
          entry,
          `quadlet rejects KillMode=${value}`,
          "use mixed (the default) or control-group",
          replaceValue(entry, "mixed"),
        ),
      ];
    }),
  },
  {
    id: "service-type",
    level: "error",
    what: "Type= of a container or .kube is neither notify nor oneshot.",
    why: "The generator leaves the unit out.",
    instead: "notify, which is the default, or oneshot.",
    find: perUnit(["container", "kube"], (unit, context) => {
      const entry = last(unit, "Type", "Service");
      const value = settingOf(unit, "Type", context, "Service");
      if (entry === undefined || value === "notify" || value === "oneshot") return [];
      const isPlain = ["simple", "forking", "exec", "idle"].includes(value);
      return [
        atEntry(
          entry,
          `quadlet rejects Type=${value}`,
          "use notify (the default) or oneshot",
          isPlain ? replaceValue(entry, "notify") : undefined,
        ),
      ];
    }),
  },
  {
    id: "quoted-service-word",
    level: "error",
    what: "Type= or KillMode= of a container or .kube is in quotes.",
    why: "The generator looks through them. systemd does not, and ignores the line: what should be notify is over at once.",
    instead: "The word without quotes.",
    find: perUnit(["container", "kube"], (unit, context) =>
      ["Type", "KillMode"].flatMap((key) => {
        const entry = last(unit, key, "Service");
        const word = settingOf(unit, key, context, "Service");
        if (entry === undefined || word === "" || word === trimEndSpace(entry.value)) return [];
        const fix = replaceValue(entry, word);
        return [atEntry(entry, `systemd ignores ${key}=${entry.value}`, `write ${key}=${word}`, fix)];
      }),
    ),
  },
];
