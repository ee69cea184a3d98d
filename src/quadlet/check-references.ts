/** References between files, and names that two of them claim. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { generatedUnit } from "./keys.ts";
import { entriesOf, isEntry, lastValueOf, type UnitEntry } from "./unit-file.ts";
import type { ParsedSource, UnitSource } from "./unit-source.ts";

const referring = ["Pod", "Network", "Volume", "Image"];

export function checkReferences(parsed: readonly ParsedSource[], all: readonly UnitSource[]): readonly Diagnostic[] {
  const names = new Set(all.map((source) => source.name));
  return [...parsed.flatMap((source) => missingFiles(source, names)), ...nameClashes(parsed), ...unitClashes(parsed)];
}

function missingFiles(source: ParsedSource, names: ReadonlySet<string>): readonly Diagnostic[] {
  return source.unit.sections.flatMap((section) =>
    section.lines.filter(isEntry).flatMap((entry) => {
      const target = referring.includes(entry.key) ? (entry.value.split(":")[0] ?? "") : "";
      if (!/^[^/]+\.(pod|network|volume|container|image|build)$/.test(target) || names.has(target)) return [];
      const hint = "the generator leaves this unit out without it";
      return [complaint(source, entry, section.name, `there is no file ${target}`, hint)];
    }),
  );
}

/** Pods and containers share one name space in podman. */
function nameClashes(parsed: readonly ParsedSource[]): readonly Diagnostic[] {
  const taken = new Map<string, string>();
  return parsed.flatMap((source) => {
    const [section, key] = source.name.endsWith(".pod") ? ["Pod", "PodName"] : ["Container", "ContainerName"];
    if (!/\.(pod|container)$/.test(source.name)) return [];
    const name = lastValueOf(source.unit, section, key) ?? `systemd-${source.name.replace(/\.[^.]+$/, "")}`;
    const other = taken.get(name);
    taken.set(name, source.name);
    const entry = entriesOf(source.unit, section).findLast((candidate) => candidate.key === key);
    if (other === undefined) return [];
    const message = `the name ${name} is also that of ${other}`;
    return [complaint(source, entry, section, message, "pods and containers of a user need different names")];
  });
}

/** "opik-pod.container" and "opik.pod" would both become opik-pod.service. */
function unitClashes(parsed: readonly ParsedSource[]): readonly Diagnostic[] {
  const taken = new Map<string, string>();
  return parsed.flatMap((source) => {
    const unit = generatedUnit(source.name);
    const other = unit === undefined ? undefined : taken.get(unit);
    if (unit !== undefined) taken.set(unit, source.name);
    if (other === undefined) return [];
    return [complaint(source, undefined, "", `becomes ${unit}, and so does ${other}`, "rename one of the files")];
  });
}

function complaint(
  source: ParsedSource,
  entry: UnitEntry | undefined,
  section: string,
  message: string,
  hint: string,
): Diagnostic {
  const path = entry === undefined ? section : `${section}.${entry.key}`;
  return { file: source.name, line: entry?.line ?? 1, column: 1, path, message, hint };
}
