/** Findings that need no meaning: what old generators stumble over in the bare text. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { UnitSource } from "./unit-source.ts";

export function checkText(source: UnitSource): readonly Diagnostic[] {
  return source.text.split("\n").flatMap((line, index) =>
    complaintsOf(line).map(({ message, hint }) => ({
      file: source.name,
      line: index + 1,
      column: Math.max(1, line.length),
      path: "",
      message,
      hint,
    })),
  );
}

function complaintsOf(line: string): readonly { readonly message: string; readonly hint: string }[] {
  const found: { message: string; hint: string }[] = [];
  // podman#24810, #21555, #21109: generators before 5.4 hang or misread these
  if (line.endsWith("\\")) found.push({ message: "ends with a backslash", hint: "write the value on one line" });
  else if (/\s$/.test(line)) found.push({ message: "ends with white space", hint: "remove it" });
  // before 5.4 a line with ";" makes the whole file unparsable
  if (/^\s*;/.test(line)) found.push({ message: "a comment that starts with ;", hint: 'start it with "#"' });
  return found;
}
