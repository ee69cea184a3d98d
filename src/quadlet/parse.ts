/** Text of a unit file as a value; reads what quadlet reads (podman pkg/systemd/parser/unitfile.go). */
import type { Diagnostic } from "../model/diagnostic.ts";
import { ConfigError } from "../model/diagnostic.ts";
import type { Comment, Section, UnitFile, UnitLine } from "./unit-file.ts";

/** Throws a ConfigError for a line that is no key-value pair, section or comment. */
export function parseUnit(text: string, file: string): UnitFile {
  const head: Comment[] = [];
  const sections: (Section & { readonly lines: UnitLine[] })[] = [];
  for (const { text: line, number } of logicalLines(text)) {
    const current = sections.at(-1);
    const section = /^\[([^\][]+)\][ \t]*$/.exec(line);
    const equals = line.indexOf("=");
    if (line === "" || /^[#;]/.test(line)) {
      (current?.lines ?? head).push({ kind: "comment", text: line, line: number });
    } else if (section?.[1] !== undefined) {
      sections.push({ name: section[1], line: number, lines: [] });
    } else if (equals < 1) {
      throw complaint(file, number, "is no key-value pair, section or comment");
    } else if (current === undefined) {
      throw complaint(file, number, "stands before the first [Section]");
    } else {
      const key = line.slice(0, equals).trimEnd();
      current.lines.push({ kind: "entry", key, value: line.slice(equals + 1).trimStart(), line: number });
    }
  }
  return { head, sections };
}

interface Line {
  readonly text: string;
  readonly number: number;
}

/** Joins lines that end with a backslash; comments inside a continuation are skipped, as in quadlet. */
function logicalLines(text: string): readonly Line[] {
  const result: Line[] = [];
  let open: Line | undefined;
  const lines = text.replace(/\n$/, "").split("\n");
  if (text === "") return result;
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (open !== undefined && (line === "" || /^[#;]/.test(line))) continue;
    const joined: Line = { text: (open?.text ?? "") + line.replace(/\\$/, ""), number: open?.number ?? index + 1 };
    open = line.endsWith("\\") && !/^[#;]/.test(line) ? joined : undefined;
    if (open === undefined) result.push(/^[#;]/.test(line) ? { text: line, number: index + 1 } : joined);
  }
  return open === undefined ? result : [...result, open];
}

function complaint(file: string, line: number, message: string): ConfigError {
  const diagnostic: Diagnostic = { file, line, column: 1, path: "", message: `this line ${message}` };
  return new ConfigError([diagnostic]);
}
