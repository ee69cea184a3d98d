/** Findings for one set of unit files: what podman's generator would refuse, or worse, accept and get wrong. */
import { ConfigError, type Diagnostic } from "../model/diagnostic.ts";
import { checkKeys } from "./check-keys.ts";
import { checkReferences } from "./check-references.ts";
import { checkService } from "./check-service.ts";
import { checkText } from "./check-text.ts";
import { parseUnit } from "./parse.ts";
import type { ParsedSource, UnitSource } from "./unit-source.ts";

/** All findings, file by file and from top to bottom. Files that quadlet does not read (.socket) are only checked as text. */
export function findUnitFaults(sources: readonly UnitSource[], podmanVersion: string): readonly Diagnostic[] {
  const parsed: ParsedSource[] = [];
  const unreadable: Diagnostic[] = [];
  for (const source of sources) {
    try {
      parsed.push({ ...source, unit: parseUnit(source.text, source.name) });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      unreadable.push(...error.diagnostics);
    }
  }
  const findings = [
    ...sources.flatMap((source) => checkText(source)),
    ...unreadable,
    ...parsed.flatMap((source) => [...checkKeys(source, podmanVersion), ...checkService(source)]),
    ...checkReferences(parsed, sources),
  ];
  const order = new Map(sources.map((source, index) => [source.name, index]));
  return findings.sort((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line);
}
