/** A unit for the podman of this host: keys that are newer become `PodmanArgs=`, or a diagnostic that names the version needed. */
import { ConfigError, type Diagnostic } from "../model/diagnostic.ts";
import { quoteArgument } from "./escape.ts";
import { findKey } from "./keys.ts";
import { splitValue } from "./split.ts";
import type { UnitEntry, UnitFile, UnitLine } from "./unit-file.ts";
import { assertSupportedPodman, isAtLeast } from "./version.ts";

export interface Adapted {
  readonly unit: UnitFile;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Keys that may be left out where podman does not know them, with the value that older versions behave by: before 5.3
 * user units had no network wait unit, and every member started with its pod.
 */
const droppable: Readonly<Record<string, string>> = {
  "Quadlet.DefaultDependencies": "false",
  "Container.StartWithPod": "true",
};

export function adaptUnit(unit: UnitFile, file: string, podmanVersion: string): Adapted {
  assertSupportedPodman(podmanVersion);
  const diagnostics: Diagnostic[] = [];
  const sections = unit.sections.map((section) => {
    const lines = section.lines.flatMap((line): readonly UnitLine[] => {
      if (line.kind === "comment") return [line];
      const replacement = adaptEntry(section.name, line, podmanVersion);
      if (replacement === undefined) diagnostics.push(tooNew(file, section.name, line, podmanVersion));
      return replacement ?? [];
    });
    return { ...section, lines };
  });
  return { unit: { ...unit, sections: sections.filter(hasMeaning(unit)) }, diagnostics };
}

/** As adaptUnit, where a key without a substitute is an error. */
export function adaptUnitOrThrow(unit: UnitFile, file: string, podmanVersion: string): UnitFile {
  const adapted = adaptUnit(unit, file, podmanVersion);
  if (adapted.diagnostics.length > 0) throw new ConfigError(adapted.diagnostics);
  return adapted.unit;
}

/** In place: quadlet adds PodmanArgs= behind its own flags, and of a flag given twice podman takes the last. */
function adaptEntry(section: string, entry: UnitEntry, podmanVersion: string): readonly UnitEntry[] | undefined {
  const key = findKey(section, entry.key);
  if (key === undefined || isAtLeast(podmanVersion, key.since)) return [entry];
  if (droppable[`${section}.${entry.key}`] === entry.value) return [];
  const { flag } = key;
  if (flag === undefined) return undefined;
  return splitValue(entry.value, key.split).map((value) => ({
    ...entry,
    key: "PodmanArgs",
    value: quoteArgument(flag + value),
  }));
}

/** Leaves out a section that lost all its keys: an empty [Quadlet] says nothing. */
function hasMeaning(before: UnitFile): (section: UnitFile["sections"][number], index: number) => boolean {
  return (section, index) =>
    section.lines.some((line) => line.kind === "entry") ||
    !before.sections[index]?.lines.some((line) => line.kind === "entry");
}

function tooNew(file: string, section: string, entry: UnitEntry, podmanVersion: string): Diagnostic {
  const since = findKey(section, entry.key)?.since ?? "";
  return {
    file,
    line: entry.line,
    column: 1,
    path: `${section}.${entry.key}`,
    message: `needs podman ${since}, this host has ${podmanVersion}`,
    hint: "there is no podman option that does the same",
  };
}
