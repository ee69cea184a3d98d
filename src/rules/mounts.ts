/** Rules about Volume=, Mount= and other paths of the host. */
import { isAtLeast } from "../quadlet/version.ts";
import { readCsv } from "./csv.ts";
import { all, type PlacedWord, wordsOf } from "./lookup.ts";
import { atEntry, atValue, type Context, type Found, perUnit, type Rule } from "./rule.ts";
import type { Kind, Unit } from "./unit-set.ts";

/** Kinds of mounts whose source the generator looks at; artifacts from 5.7 on, as the units of that name. */
function hasSource(type: string, podman: string): boolean {
  return ["volume", "bind", "glob", "image"].includes(type) || (type === "artifact" && isAtLeast(podman, "5.7"));
}

const HAVE_VOLUMES: readonly Kind[] = ["container", "pod", "build"];

interface MountValue {
  readonly word: PlacedWord;
  readonly type: string | undefined;
  /** Undefined where there is none; null where it has no value. */
  readonly source: string | null | undefined;
}

export function mountsOf(unit: Unit): readonly (MountValue | PlacedWord)[] {
  return wordsOf(unit, "Mount", "args").map((word) => {
    const fields = readCsv(word.text);
    if (fields === undefined) return word;
    const type = fields.find((field) => /^type=[^=]*$/.test(field))?.slice("type=".length);
    const source = fields.findLast((field) => /^(source|src)(=|$)/.test(field));
    const equals = source?.indexOf("=") ?? 0;
    return { word, type, source: source === undefined ? undefined : equals === -1 ? null : source.slice(equals + 1) };
  });
}

function onMounts(find: (mount: MountValue, context: Context) => readonly Found[]): Rule["find"] {
  return perUnit(["container"], (unit, context) =>
    mountsOf(unit).flatMap((mount) => ("word" in mount ? find(mount, context) : [])),
  );
}

/** Host side and container side of one Volume=. */
export function volumeParts(value: string): {
  readonly source: string;
  readonly target: string;
  readonly options: string;
} {
  const [first = "", second, ...rest] = value.split(":");
  return second === undefined
    ? { source: "", target: first, options: "" }
    : { source: first, target: second, options: rest.join(":") };
}

export const mountRules: readonly Rule[] = [
  {
    id: "mount-crash",
    level: "error",
    what: "A Mount= of a volume, file, glob or image has no source=, or an empty one.",
    why: "The generator crashes, and no unit of ANY file is written.",
    instead: "source=NAME.volume or source=/path. For an anonymous volume: Volume=/path.",
    until: "5.7",
    find: onMounts(({ word, type, source }, { podman }) => {
      if (type === undefined && !isAtLeast(podman, "5.6")) return [];
      if (!hasSource(type ?? "volume", podman) || source === null || (source ?? "") !== "") return [];
      const hint = "name source=; for an anonymous volume write Volume=/path";
      return [
        atValue(
          word.entry,
          word.at,
          "without source= the generator crashes, and every unit of every file is lost",
          hint,
        ),
      ];
    }),
  },
  {
    id: "mount-without-source",
    level: "error",
    what: "A Mount= other than of a volume has no source=, or an empty one; before 6.0 one of a volume, too.",
    why: "The generator leaves the unit out.",
    instead: "source=/path; for an anonymous volume Volume=/path.",
    since: "5.7",
    find: onMounts(({ word, type = "volume", source }, { podman }) => {
      const isNeeded = hasSource(type, podman) && !(type === "volume" && isAtLeast(podman, "6.0"));
      return isNeeded && (source === undefined || source === "")
        ? [atValue(word.entry, word.at, `a mount of type ${type} needs source=`)]
        : [];
    }),
  },
  {
    id: "mount-without-type",
    level: "error",
    what: "A Mount= has no type=.",
    why: "Before 5.6 the generator leaves the unit out; since then it is a volume.",
    instead: "type=volume,source=NAME,destination=/path.",
    until: "5.6",
    find: onMounts(({ word, type }) =>
      type === undefined
        ? [atValue(word.entry, word.at, "has no type=", "begin it with type=volume, type=bind, ...")]
        : [],
    ),
  },
  {
    id: "mount-source-without-value",
    level: "error",
    what: "source or src in Mount= has no value.",
    why: "The generator leaves the unit out.",
    instead: "source=/path.",
    find: onMounts(({ word, type, source }, { podman }) =>
      source === null && (type !== undefined || isAtLeast(podman, "5.6")) && hasSource(type ?? "volume", podman)
        ? [atValue(word.entry, word.at, "source has no value", "write source=/path")]
        : [],
    ),
  },
  {
    id: "mount-format",
    level: "error",
    what: "Mount= is no list with commas: a quote in it is out of place.",
    why: "The generator leaves the unit out.",
    instead:
      "type=bind,source=/path,destination=/path; a field with a quote in it stands in quotes as a whole, with the quotes doubled.",
    find: perUnit(["container"], (unit) =>
      mountsOf(unit).flatMap((mount) =>
        "word" in mount ? [] : [atValue(mount.entry, mount.at, "the quotes in it are no comma-separated values")],
      ),
    ),
  },
  {
    id: "mount-target",
    level: "error",
    what: "A mount has no place in the container, or one that is no absolute path.",
    why: "podman refuses it, so the unit does not start.",
    instead: "Volume=SOURCE:/path, destination=/path.",
    find: perUnit(HAVE_VOLUMES, (unit) =>
      all(unit, "Volume").flatMap((entry) => {
        const { target } = volumeParts(entry.value);
        if (target.startsWith("/") || /^["']/.test(entry.value) || /^[%$]/.test(target)) return [];
        return [atEntry(entry, `"${target}" is no absolute path in the container`, "write SOURCE:/path")];
      }),
    ),
  },
  {
    id: "relative-path",
    level: "error",
    what: "A path of the host is relative without a dot, or begins with ~.",
    why: "podman takes it for the name of a volume, and refuses the slash in it; nobody expands ~.",
    instead: "/absolute, ./relative to the unit's file, or %h for the home.",
    find: perUnit(HAVE_VOLUMES, (unit) =>
      all(unit, "Volume").flatMap((entry) => {
        const { source } = volumeParts(entry.value);
        if (!source.includes("/") || /^[/.%$"']/.test(source)) return [];
        const hint = source.startsWith("~/") ? `write %h${source.slice(1)}` : `write ./${source}`;
        return [atEntry(entry, `"${source}" is taken for the name of a volume, which holds no slash`, hint)];
      }),
    ),
  },
  {
    id: "home-in-a-file-name",
    level: "error",
    what: "The name of a file begins with ~.",
    why: "Nobody expands it: podman looks for a directory of that name beside the unit.",
    instead: "%h for the home.",
    find: perUnit(["container", "kube"], (unit) =>
      [
        ...wordsOf(unit, "EnvironmentFile", "args"),
        ...wordsOf(unit, "Yaml", "words"),
        ...wordsOf(unit, "ConfigMap", "words"),
      ]
        .filter((word) => word.text.startsWith("~/"))
        .map((word) => atValue(word.entry, word.at, "nobody expands ~", `write %h${word.text.slice(1)}`)),
    ),
  },
];
