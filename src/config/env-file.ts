/** A file of NAME=value lines, as shells, docker compose and their users write them; nothing in it is run or filled in. */
import { ConfigError, type Diagnostic } from "../model/diagnostic.ts";
import type { SourceFile } from "./parse.ts";
import { collectFindings, type Report } from "./report.ts";

export interface EnvEntry {
  readonly name: string;
  /** Undefined where the line only exports the name: `export NAME`. */
  readonly value: string | undefined;
  readonly line: number;
  /** The value names other variables, which only a shell could fill in. */
  readonly refers: boolean;
}

const LINE = /^(\s*(?:export\s+)?)([A-Za-z_][A-Za-z0-9_]*)(\s*=[ \t]*)(.*)$/;

/** Exports what has its value elsewhere; a shell takes several at once. */
const EXPORTS = /^\s*export((?:\s+[A-Za-z_][A-Za-z0-9_]*)+)\s*(?:\s#.*)?$/;

/** In the order of the file, names that are there twice twice. Throws a ConfigError with every line that cannot be read. */
export function readEnvFile(source: SourceFile): readonly EnvEntry[] {
  const faults: Diagnostic[] = [];
  const entries = parseEnvFile(source, collectFindings(faults));
  if (faults.length > 0) throw new ConfigError(faults);
  return entries;
}

function parseEnvFile({ file, text }: SourceFile, report: Report): readonly EnvEntry[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  return lines.flatMap((content, index): EnvEntry[] => {
    if (/^\s*(#|$)/.test(content)) return [];
    const line = index + 1;
    const exported = EXPORTS.exec(content)?.[1]?.trim().split(/\s+/);
    if (exported !== undefined) return exported.map((name) => ({ name, value: undefined, line, refers: false }));
    // The content is not quoted: it may be a value.
    const complain = (column: number, message: string, hint: string): [] => {
      report({ place: { file, line, column }, path: "" }, message, hint);
      return [];
    };
    const [, before = "", name, sign = "", rest = ""] = LINE.exec(content) ?? [];
    if (name === undefined) return complain(1, "is no NAME=value", "a comment begins with #");
    const column = before.length + name.length + sign.length + 1;
    const quote = /^["']/.exec(rest)?.[0];
    if (quote === undefined) return [{ name, line, ...plain(rest) }];
    const quoted = quote === "'" ? /^'([^']*)'(.*)$/.exec(rest) : /^"((?:[^"\\]|\\.)*)"(.*)$/.exec(rest);
    if (quoted === null) return complain(column, `the ${quote} is never closed in this line`, "a value is one line");
    const [whole, inner = "", after = ""] = quoted;
    if (!/^\s*(#|$)/.test(after)) {
      return complain(column + whole.length - after.length, "something stands behind the value", "quote all of it");
    }
    if (quote === "'") return [{ name, line, value: inner, refers: false }];
    return [{ name, line, value: inner.replace(/\\(["\\$`])/g, "$1"), refers: refersIn(inner) }];
  });
}

/** A "#" begins a comment where a blank is before it, as in docker compose. */
function plain(rest: string): { readonly value: string; readonly refers: boolean } {
  const value = (/^#/.test(rest) ? "" : rest.replace(/\s+#.*$/, "")).trim();
  return { value, refers: refersIn(value) };
}

/** "\$" is a dollar. */
function refersIn(text: string): boolean {
  return /(?<!\\)(?:\\\\)*\$(?:\{|\(|[A-Za-z_])|(?<!\\)(?:\\\\)*`/.test(text);
}
