/** Rules about names: keys, sections and kinds of file that the target's podman does not know. */
import { quoteArgument } from "../quadlet/escape.ts";
import type { SplitMode } from "../quadlet/key.ts";
import { findKey, keysOfSection } from "../quadlet/keys.ts";
import { splitValue } from "../quadlet/split.ts";
import { isAtLeast } from "../quadlet/version.ts";
import { splitWords } from "../quadlet/words.ts";
import { alike } from "./alike.ts";
import { foreignKey, systemdSection } from "./foreign-keys.ts";
import { ALL_SECTIONS } from "./lookup.ts";
import {
  atEntry,
  atUnit,
  type Context,
  type Edit,
  type Found,
  perEntry,
  perUnit,
  type Rule,
  replaceKey,
} from "./rule.ts";
import { type Entry, KINDS, type Kind, type Unit } from "./unit-set.ts";
import { BOOLEANS } from "./values.ts";

const KIND_SINCE: Partial<Record<Kind, string>> = { image: "4.8", pod: "5.0", build: "5.2", artifact: "5.7" };
const SYSTEMD_SECTIONS = ["Unit", "Service", "Install"];
const KNOWN = [...ALL_SECTIONS, "Quadlet", ...SYSTEMD_SECTIONS];

/** Only its own section and [Quadlet] are the generator's; a drop-in may hold any. */
function isRead(entry: Entry, unit: Unit): boolean {
  return entry.section === unit.section || entry.section === "Quadlet";
}

function unknownKey(entry: Entry, unit: Unit): readonly Found[] {
  const table = entry.known === undefined ? keysOfSection(entry.section) : undefined;
  if (table === undefined || !isRead(entry, unit)) return [];
  const foreign = foreignKey(entry.section, entry.key);
  const near = alike(entry.key, Object.keys(table));
  const message = "quadlet has no such key";
  if (foreign !== undefined && Object.hasOwn(table, foreign)) {
    return [atEntry(entry, message, `did you mean ${foreign}=`, replaceKey(entry, foreign))];
  }
  if (foreign !== undefined) return [atEntry(entry, message, foreign)];
  const section = systemdSection(entry.key);
  if (section !== undefined) return [atEntry(entry, message, `${entry.key}= belongs in [${section}]`)];
  if (near !== undefined) {
    const isCase = near.toLowerCase() === entry.key.toLowerCase();
    return [atEntry(entry, message, `did you mean ${near}=`, isCase ? replaceKey(entry, near) : undefined)];
  }
  return [atEntry(entry, message, "use PodmanArgs= for options without a key")];
}

function newKey(entry: Entry, _: Unit, context: Context): readonly Found[] {
  const key = entry.known;
  if (key === undefined || isAtLeast(context.podman, key.since)) return [];
  const message = `needs podman ${key.since}, this host has ${context.podman}`;
  if (key.flag === undefined) return [atEntry(entry, message, "there is no option that does the same")];
  return [atEntry(entry, message, `use PodmanArgs=${key.flag}...`, asPodmanArgs(entry, key.flag, key.split))];
}

function asPodmanArgs(entry: Entry, flag: string, split: SplitMode): readonly Edit[] | undefined {
  const values = plainValues(entry, split);
  if (values === undefined || values.length === 0 || entry.parts.length !== 1) return undefined;
  const text = `PodmanArgs=${values.map((value) => quoteArgument(flag + value)).join(" ")}`;
  return [{ file: entry.file, from: entry.at, to: entry.end, text }];
}

/** Undefined where the generator would not take the value apart as it is written: then only a person knows what is meant. */
function plainValues(entry: Entry, split: SplitMode): readonly string[] | undefined {
  const { key, value } = entry;
  // An empty assignment takes others back, which no option does.
  if (value === "" || /[\0\u0080]/.test(value)) return undefined;
  const values = splitValue(value, split);
  if (split === "line") return /^["']|["']$/.test(value) ? undefined : values;
  if (split !== "none") return splitWords(value, split === "words" ? split : "args").fault ? undefined : values;
  const [single = ""] = values;
  if (single === "" || (single !== value && single.includes('"')) || /^"|"$/.test(single)) return undefined;
  if (!BOOLEANS.has(key)) return values;
  if (/^(1|yes|true|on)$/i.test(single)) return ["true"];
  return /^(0|no|false|off)$/i.test(single) ? ["false"] : undefined;
}

export const keyRules: readonly Rule[] = [
  {
    id: "unknown-key",
    level: "error",
    what: "quadlet has no key of this name in this section.",
    why: "One unknown key loses the whole unit, and a user's generator says so in no log.",
    instead: "The key that the hint names; PodmanArgs= for options of podman that have no key.",
    find: perEntry(KINDS, unknownKey),
  },
  {
    id: "key-too-new",
    level: "error",
    what: "The key is newer than the target's podman.",
    why: "To that podman it is an unknown key, so the unit is lost.",
    instead: "PodmanArgs= with the option that the key stands for, or a newer podman.",
    find: perEntry(KINDS, newKey),
  },
  {
    id: "kind-too-new",
    level: "error",
    what: "The target's podman does not know this kind of file.",
    why: "It is not read, and units that refer to it are lost.",
    instead: "A newer podman, or a .container and podman commands in [Service].",
    find: perUnit(KINDS, (unit, context) => {
      const since = KIND_SINCE[unit.kind];
      if (since === undefined || isAtLeast(context.podman, since)) return [];
      return [atUnit(unit, `.${unit.kind} files need podman ${since}, this host has ${context.podman}`)];
    }),
  },
  {
    id: "section-case",
    level: "error",
    what: "The name of a section is written in another case, or with a typing error.",
    why: "Neither podman nor systemd reads it.",
    instead: "The name as podman and systemd write it, for example [Container].",
    find: perUnit(KINDS, (unit) =>
      unit.sections.flatMap((section) => {
        const meant = KNOWN.includes(section.name) || /^X-/.test(section.name) ? undefined : alike(section.name, KNOWN);
        if (meant === undefined) return [];
        const fix = [
          { file: section.file, from: section.at + 1, to: section.at + 1 + section.name.length, text: meant },
        ];
        const message = `the section is called [${meant}]; [${section.name}] is read by nobody`;
        return [{ file: section.file, at: section.at, path: section.name, message, hint: `write [${meant}]`, fix }];
      }),
    ),
  },
  {
    id: "section-unknown",
    level: "warning",
    what: "Nobody reads a section of this name in this kind of file.",
    why: "The generator reads the section of the file's kind only; systemd ignores what it does not know.",
    instead: "The section of the file's kind; [X-...] for notes of your own.",
    find: perUnit(KINDS, (unit) =>
      unit.sections.flatMap((section) => {
        const isOwn = [unit.section, "Quadlet", ...SYSTEMD_SECTIONS].includes(section.name);
        if (isOwn || /^X-/.test(section.name)) return [];
        const isOthers = ALL_SECTIONS.includes(section.name);
        if (!isOthers && alike(section.name, KNOWN) !== undefined) return [];
        const message = `nobody reads [${section.name}] in a .${unit.kind} file`;
        const hint = isOthers ? `put it into a .${section.name.toLowerCase()} file` : "for notes of your own: [X-...]";
        return [{ file: section.file, at: section.at, path: section.name, message, hint }];
      }),
    ),
  },
  {
    id: "key-in-systemd-section",
    level: "warning",
    what: "A key of quadlet stands in [Service], [Unit] or [Install].",
    why: "systemd does not know it and ignores the line.",
    instead: "Move it to the section of the file's kind.",
    find: perEntry(KINDS, (entry, unit) => {
      const isQuadlets = findKey(unit.section, entry.key) !== undefined;
      const shared = [
        "Environment",
        "EnvironmentFile",
        "Type",
        "User",
        "Group",
        "Driver",
        "Device",
        "NoNewPrivileges",
        "Pull",
      ];
      if (!SYSTEMD_SECTIONS.includes(entry.section) || !isQuadlets || shared.includes(entry.key)) return [];
      return [atEntry(entry, `systemd knows no ${entry.key}= and ignores it`, `move it to [${unit.section}]`)];
    }),
  },
];
