/** A unit file as text. Values are written as they are: the escaping helpers have made them safe. */
import { userError } from "../model/diagnostic.ts";
import type { UnitFile, UnitLine } from "./unit-file.ts";

export function writeUnit(unit: UnitFile): string {
  const sections = unit.sections.flatMap((section) => [`[${section.name}]`, ...section.lines.map(writeLine)]);
  const lines = [...unit.head.map(writeLine), ...sections];
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function writeLine(line: UnitLine): string {
  const text = line.kind === "comment" ? line.text : `${line.key}=${line.value}`;
  // The last gate: whatever built the unit, one line stays one line. Old generators hang on a trailing backslash (podman#24810).
  if (/[\n\0]/.test(text))
    throw userError("cannot-be-written", `a line of a unit file holds a line break or NUL: ${JSON.stringify(text)}`);
  if (line.kind === "entry" && text.endsWith("\\")) {
    throw userError("cannot-be-written", `a line of a unit file ends with a backslash: ${JSON.stringify(text)}`);
  }
  return text;
}
