/** A unit file as a value: sections in order, with their comments and blank lines. */

export interface UnitFile {
  /** Comments and blank lines before the first section. */
  readonly head: readonly Comment[];
  readonly sections: readonly Section[];
}

export interface Section {
  readonly name: string;
  /** Line in the source text, counted from 1. */
  readonly line: number;
  readonly lines: readonly UnitLine[];
}

export type UnitLine = UnitEntry | Comment;

export interface UnitEntry {
  readonly kind: "entry";
  readonly key: string;
  /** As written: still quoted and escaped, continuation lines joined. */
  readonly value: string;
  readonly line: number;
}

/** A comment with its "#", or "" for a blank line. */
export interface Comment {
  readonly kind: "comment";
  readonly text: string;
  readonly line: number;
}

/** Adds assignments at the end of a section, which comes last in the file when it is new. */
export function addEntries(unit: UnitFile, name: string, key: string, values: readonly string[]): UnitFile {
  if (values.length === 0) return unit;
  const added: readonly UnitEntry[] = values.map((value) => ({ kind: "entry", key, value, line: 0 }));
  const index = unit.sections.findIndex((section) => section.name === name);
  const found = unit.sections[index];
  if (found === undefined) return { ...unit, sections: [...unit.sections, { name, line: 0, lines: added }] };
  return { ...unit, sections: unit.sections.with(index, { ...found, lines: insertEntries(found.lines, added) }) };
}

/** Behind the last assignment or comment: blank lines stay between sections. */
export function insertEntries(lines: readonly UnitLine[], added: readonly UnitEntry[]): readonly UnitLine[] {
  const last = lines.findLastIndex((line) => line.kind === "entry" || line.text !== "");
  return [...lines.slice(0, last + 1), ...added, ...lines.slice(last + 1)];
}
