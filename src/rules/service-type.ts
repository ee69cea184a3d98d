/** Rules about the words of [Service] that the generator reads itself, and systemd after it. */
import { trimEndSpace } from "../quadlet/read.ts";
import { last, settingOf } from "./lookup.ts";
import { atEntry, perUnit, type Rule, replaceValue } from "./rule.ts";

/** Of a word that the generator takes only so many values for. `instead`: what is written for another where that is no guess. */
function oneOf(
  key: string,
  taken: readonly string[],
  hint: string,
  instead: (value: string) => string | undefined,
): Rule["find"] {
  return perUnit(["container", "kube"], (unit, context) => {
    const entry = last(unit, key, "Service");
    const value = settingOf(unit, key, context, "Service");
    if (entry === undefined || taken.includes(value)) return [];
    const word = instead(value);
    const fix = word === undefined ? undefined : replaceValue(entry, word);
    return [atEntry(entry, `quadlet rejects ${key}=${value}`, hint, fix)];
  });
}

export const serviceTypeRules: readonly Rule[] = [
  {
    id: "kill-mode",
    level: "error",
    what: "KillMode= is neither mixed nor control-group.",
    why: "The generator leaves the unit out.",
    instead: "mixed, which is the default, or control-group.",
    find: oneOf("KillMode", ["mixed", "control-group"], "use mixed (the default) or control-group", () => "mixed"),
  },
  {
    id: "service-type",
    level: "error",
    what: "Type= of a container or .kube is neither notify nor oneshot.",
    why: "The generator leaves the unit out.",
    instead: "notify, which is the default, or oneshot.",
    find: oneOf("Type", ["notify", "oneshot"], "use notify (the default) or oneshot", (value) =>
      ["simple", "forking", "exec", "idle"].includes(value) ? "notify" : undefined,
    ),
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
