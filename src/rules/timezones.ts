/** The rule about zones of time, which podman looks for among the host's files. */
import { suggestNear } from "../model/suggest.ts";
import { last, settingOf } from "./lookup.ts";
import { isOpen } from "./podman-values.ts";
import { atEntry, perUnit, type Rule } from "./rule.ts";

/** Below /usr/share/zoneinfo as well, and in no list of zones. */
const FILES = /^(local|localtime|Factory|posixrules|(posix|right)\/.+)$/;

export const timezoneRules: readonly Rule[] = [
  {
    id: "no-timezone",
    level: "error",
    what: "Timezone= is no zone of time.",
    why: "podman looks for a file of that name below /usr/share/zoneinfo when the unit starts, and refuses it where there is none.",
    instead: "A name like Europe/Berlin, capitals and all, or local for that of the host.",
    find: perUnit(["container"], (unit, context) => {
      const entry = last(unit, "Timezone");
      const value = settingOf(unit, "Timezone", context);
      if (entry === undefined || isOpen(value) || FILES.test(value) || isZone(value)) return [];
      return [atEntry(entry, `podman knows no zone of time "${value}"`, meant(value))];
    }),
  },
];

/** Names of files differ by their capitals, those of JavaScript do not; one that is another's second name it tells by that. */
function isZone(name: string): boolean {
  const known = canonical(name);
  return known !== undefined && (known === name || known.toLowerCase() !== name.toLowerCase());
}

function canonical(name: string): string | undefined {
  // An offset is a zone to JavaScript, and no file.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function meant(name: string): string {
  const zones = Intl.supportedValuesOf("timeZone");
  const city = `/${name.toLowerCase().replaceAll(" ", "_")}`;
  const same = canonical(name) ?? zones.find((zone) => zone.toLowerCase().endsWith(city));
  if (same !== undefined) return `did you mean ${same}?`;
  return suggestNear(name, zones) ?? "timedatectl list-timezones has their names";
}
