/** The mechanical repairs of findings, applied to the texts: pure, so that they can be shown before they are written. */
import type { Finding } from "./findings.ts";
import type { Edit } from "./rule.ts";
import type { SourceFile } from "./unit-set.ts";

export interface Fixed {
  readonly file: SourceFile;
  readonly text: string;
  /** "-" and "+" lines under the path, as in a unified diff without context. */
  readonly diff: string;
}

/** Of two repairs of one place the first is made; the next run makes the other where it is still needed. */
export function applyFixes(findings: readonly Finding[]): readonly Fixed[] {
  const byFile = new Map<SourceFile, Edit[]>();
  for (const edit of findings.flatMap((finding) => finding.fix ?? [])) {
    byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
  }
  return [...byFile].map(([file, edits]) => {
    const kept = withoutOverlaps(edits);
    return { file, text: edited(file.text, kept, 0, file.text.length), diff: diffOf(file, kept) };
  });
}

function withoutOverlaps(edits: readonly Edit[]): readonly Edit[] {
  let end = -1;
  return [...edits]
    .sort((a, b) => a.from - b.from || a.to - b.to)
    .filter((edit) => {
      if (edit.from < end || (edit.from === end && edit.from === edit.to)) return false;
      end = edit.to;
      return true;
    });
}

function edited(text: string, edits: readonly Edit[], from: number, to: number): string {
  let result = "";
  let at = from;
  for (const edit of edits.filter((one) => one.from >= from && one.to <= to)) {
    result += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return result + text.slice(at, to);
}

function diffOf(file: SourceFile, edits: readonly Edit[]): string {
  const { text } = file;
  const ranges: { from: number; to: number }[] = [];
  for (const edit of edits) {
    const newline = text.indexOf("\n", edit.to);
    const range = { from: text.lastIndexOf("\n", edit.from - 1) + 1, to: newline === -1 ? text.length : newline };
    const before = ranges.at(-1);
    if (before !== undefined && range.from <= before.to) before.to = Math.max(before.to, range.to);
    else ranges.push(range);
  }
  const lines = ranges.flatMap(({ from, to }) => {
    const number = text.slice(0, from).split("\n").length;
    const signed = (sign: string, part: string): readonly string[] => part.split("\n").map((line) => sign + line);
    return [
      `@@ line ${number} @@`,
      ...signed("-", text.slice(from, to)),
      ...signed("+", edited(text, edits, from, to)),
    ];
  });
  return [`--- ${file.path}`, ...lines].join("\n");
}
