/** Rules about units that name each other, and names that two of them claim. */
import { isAtLeast } from "../quadlet/version.ts";
import { all, last, objectName, settingOf } from "./lookup.ts";
import { mountsOf, volumeParts } from "./mounts.ts";
import { podOf } from "./pods.ts";
import { atEntry, type Context, perUnit, type Rule } from "./rule.ts";
import { type Entry, KINDS, type Unit } from "./unit-set.ts";

interface Reference {
  readonly entry: Entry;
  readonly target: string;
}

/** Every file that the generator looks up, as it does: by the end of the value, not by a name somewhere in it. */
export function references(unit: Unit, context: Context): readonly Reference[] {
  const found: Reference[] = [];
  const add = (entry: Entry | undefined, target: string, pattern: RegExp): void => {
    // Before 5.3 a name with a specifier was passed on.
    const isOpen = /^[%$]/.test(target) && !isAtLeast(context.podman, "5.3");
    if (entry !== undefined && pattern.test(target) && !isOpen) found.push({ entry, target });
  };
  const isPath = (source: string): boolean => /^[./]/.test(source);
  add(last(unit, "Pod"), podOf(unit, context), /\.pod$/);
  for (const entry of all(unit, "Network")) {
    const [name = ""] = entry.value.split(":");
    const joinsContainers = isAtLeast(context.podman, "5.3");
    add(entry, name, joinsContainers ? /\.(network|container)$/ : /\.network$/);
  }
  for (const entry of all(unit, "Volume")) {
    const { source } = volumeParts(entry.value);
    if (!isPath(source)) add(entry, source, /\.volume$/);
  }
  for (const mount of mountsOf(unit)) {
    if ("word" in mount && typeof mount.source === "string" && mount.type !== "tmpfs" && !isPath(mount.source)) {
      add(mount.word.entry, mount.source, /\.(volume|image|artifact)$/);
    }
  }
  const hasImage = unit.kind === "volume" && settingOf(unit, "Driver", context) === "image";
  if (unit.kind === "container" || hasImage) {
    add(last(unit, "Image"), settingOf(unit, "Image", context), /\.(image|build)$/);
  }
  return found;
}

export const referenceRules: readonly Rule[] = [
  {
    id: "missing-file",
    level: "error",
    what: "A unit names a quadlet that is not there.",
    why: "The generator leaves the unit out.",
    instead: "The name of a file beside it; without a suffix it is a network, volume or image of podman itself.",
    find: perUnit(KINDS, (unit, context) =>
      references(unit, context)
        .filter(({ target }) => !context.set.byName.has(target))
        .map(({ entry, target }) =>
          atEntry(entry, `there is no file ${target}`, "the generator leaves this unit out without it"),
        ),
    ),
  },
  {
    id: "network-of-a-container",
    level: "error",
    what: "Network=NAME.container has options behind it.",
    why: "The generator leaves the unit out: who joins the network of a container takes it as it is.",
    instead: "Network=NAME.container alone.",
    since: "5.3",
    find: perUnit(KINDS, (unit) =>
      all(unit, "Network")
        .filter((entry) => /^[^:]*\.container:/.test(entry.value))
        .map((entry) =>
          atEntry(entry, "the network of a container takes no options", "write the name of the file alone"),
        ),
    ),
  },
  {
    id: "network-of-an-unnamed",
    level: "error",
    what: "Network= names a container whose name only systemd knows.",
    why: "The generator leaves the unit out.",
    instead: "ContainerName= without % in that container.",
    since: "5.3",
    find: perUnit(KINDS, (unit, context) =>
      all(unit, "Network").flatMap((entry) => {
        const other = context.set.byName.get(entry.value.split(":")[0] ?? "");
        if (other?.kind !== "container" || objectName(other, context) !== undefined) return [];
        const own = settingOf(other, "ContainerName", context);
        return /\$/.test(own) && !own.includes("%")
          ? []
          : [
              atEntry(
                entry,
                `the generator cannot tell the name of ${other.name}`,
                "give it a ContainerName= without %",
              ),
            ];
      }),
    ),
  },
];
