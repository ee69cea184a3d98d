/** What `doctor` found, counted and as JSON. */
import type { Entry } from "./judge-all.ts";

export interface Count {
  readonly problems: number;
  readonly warnings: number;
}

export function countOf(entries: readonly Entry[]): Count {
  const of = (level: Entry["level"]) => entries.filter((entry) => entry.level === level).length;
  return { problems: of("problem"), warnings: of("warning") };
}

/** Fields may be added; ids stay. */
export function reportJson(
  entries: readonly Entry[],
  about: { readonly os: string; readonly version: string },
): object {
  const { problems, warnings } = countOf(entries);
  return {
    version: 1,
    tool: about.version,
    os: about.os,
    ready: problems === 0,
    problems,
    warnings,
    checks: entries.map(({ id, group, level, message, silence, repair, hint }) => ({
      id,
      group,
      level,
      message,
      reason: silence ?? null,
      repair: repair ?? null,
      hint: hint ?? null,
    })),
  };
}
