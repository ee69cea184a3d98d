/** Unknown keys, and keys that this host's podman does not know yet: either loses the whole unit. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { findKey, keysOfSection } from "./keys.ts";
import { isEntry, type UnitEntry } from "./unit-file.ts";
import type { ParsedSource } from "./unit-source.ts";
import { isAtLeast } from "./version.ts";

export function checkKeys(source: ParsedSource, podmanVersion: string): readonly Diagnostic[] {
  return source.unit.sections.flatMap((section) =>
    section.lines.filter(isEntry).flatMap((entry) => checkKey(source.name, section.name, entry, podmanVersion)),
  );
}

function checkKey(file: string, section: string, entry: UnitEntry, podmanVersion: string): readonly Diagnostic[] {
  const table = keysOfSection(section);
  if (table === undefined) return [];
  const place = { file, line: entry.line, column: 1, path: `${section}.${entry.key}` };
  const key = findKey(section, entry.key);
  if (key === undefined) {
    const alike = Object.keys(table).find((name) => name.toLowerCase() === entry.key.toLowerCase());
    const hint = alike === undefined ? `use PodmanArgs= for options without a key` : `did you mean ${alike}=`;
    return [{ ...place, message: "quadlet has no such key", hint }];
  }
  if (isAtLeast(podmanVersion, key.since)) return [];
  const hint = key.flag === undefined ? "there is no option that does the same" : `use PodmanArgs=${key.flag}...`;
  return [{ ...place, message: `needs podman ${key.since}, this host has ${podmanVersion}`, hint }];
}
