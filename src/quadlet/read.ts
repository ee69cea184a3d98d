/**
 * A unit file as podman's generator reads it (pkg/systemd/parser/unitfile.go), with the place of everything: nothing of the
 * text is lost, since every piece is an offset into it.
 */
import { lastAtMost } from "../model/last-at-most.ts";

/** A stretch of a value: `valueAt` in the joined value is `at` in the text. */
interface Part {
  readonly valueAt: number;
  readonly at: number;
}

export interface ReadEntry {
  readonly section: string;
  readonly key: string;
  /** Continuation lines joined, trimmed; still quoted and escaped. */
  readonly value: string;
  readonly at: number;
  readonly end: number;
  readonly parts: readonly Part[];
}

export interface ReadSection {
  readonly name: string;
  readonly at: number;
}

/** Why a line is not read: the generator gives the whole file up at the first one; a lost line it does not notice itself. */
export interface ReadFault {
  readonly kind: "no pair" | "before section" | "bad section" | "lost";
  readonly at: number;
  readonly line: string;
}

export interface ReadComment {
  readonly at: number;
  readonly text: string;
  /** Between a line that goes on and the one that goes on with it. */
  readonly inside: boolean;
}

export interface ReadUnit {
  readonly sections: readonly ReadSection[];
  readonly entries: readonly ReadEntry[];
  readonly comments: readonly ReadComment[];
  readonly faults: readonly ReadFault[];
}

/** unicode.IsSpace of Go: unlike JavaScript's, with U+0085 and without U+FEFF. */
const SPACE = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const leading = new RegExp(`^${SPACE}+`);
/** Around "=" the generator looks at bytes: a blank is one of ASCII there, or the lone byte 85 or A0. */
const leadingBytes = /^[\t-\r \udc85\udca0]+/;
const isSpace = new RegExp(SPACE);

/** Printable ASCII, which nearly everything is: no pattern has to be asked. */
function isVisible(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

/** Without a pattern: one that is tied to the end would try every run of blanks, which is slow for a hostile line. */
export function trimEndSpace(text: string): string {
  let end = text.length;
  while (end > 0 && !isVisible(text.charCodeAt(end - 1)) && isSpace.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function trimEndBytes(text: string): string {
  let end = text.length;
  while (end > 0 && leadingBytes.test(text.charAt(end - 1))) end--;
  // Of these two the last byte goes, and the first stays: a key that nobody knows.
  return text.slice(0, end).replace(/[\u0085\u00a0]$/, "\udcc2");
}

function isComment(line: string): boolean {
  return line === "" || line.startsWith("#") || line.startsWith(";");
}

class Reader {
  readonly sections: ReadSection[] = [];
  readonly entries: ReadEntry[] = [];
  readonly comments: ReadComment[] = [];
  readonly faults: ReadFault[] = [];
  /** Fragments of a line that goes on. */
  #open: { text: string; at: number }[] = [];
  #rest = 0;

  line(raw: string, at: number, isLast: boolean): void {
    const ended = trimEndSpace(raw);
    const line = isVisible(ended.charCodeAt(0)) ? ended : ended.replace(leading, "");
    const start = at + ended.length - line.length;
    if (isComment(line)) {
      this.comments.push({ at: start, text: line, inside: this.#rest > 0 });
      return;
    }
    const goesOn = line.endsWith("\\");
    this.#add(goesOn ? line.slice(0, -1) : line, start);
    if (goesOn && !isLast) return;
    this.#flush();
  }

  /** What still waits for its next line at the end of the text is lost. */
  end(): void {
    if (this.#rest === 0) return;
    this.faults.push({ kind: "lost", at: this.#open[0]?.at ?? 0, line: this.#open.map((part) => part.text).join("") });
  }

  #add(text: string, at: number): void {
    // An empty fragment leaves no trace: the next line begins anew.
    if (text === "" && this.#rest === 0) {
      this.#open = [];
      return;
    }
    this.#open.push({ text, at });
    this.#rest += text.length;
  }

  #flush(): void {
    const parts = this.#open;
    const text = parts.map((part) => part.text).join("");
    this.#open = [];
    this.#rest = 0;
    const at = parts[0]?.at ?? 0;
    if (isComment(text)) return;
    const close = text.indexOf("]");
    if (text.startsWith("[") && close !== -1 && /^[ \t]*$/.test(text.slice(close + 1))) {
      this.#section(text.slice(1, close), text, at);
      return;
    }
    const equals = text.indexOf("=");
    const section = this.sections.at(-1);
    if (equals < 1) this.faults.push({ kind: "no pair", at, line: text });
    else if (section === undefined) this.faults.push({ kind: "before section", at, line: text });
    else this.#entry(section.name, text, equals, parts);
  }

  #section(name: string, line: string, at: number): void {
    if (name === "" || /[[\u0000-\u001f\u007f-\u009f]/.test(name)) {
      this.faults.push({ kind: "bad section", at, line });
    } else this.sections.push({ name, at });
  }

  #entry(section: string, text: string, equals: number, lines: readonly { text: string; at: number }[]): void {
    const value = text.slice(equals + 1).replace(leadingBytes, "");
    const valueStart = text.length - value.length;
    const parts: Part[] = [];
    let passed = 0;
    for (const line of lines) {
      const from = Math.max(passed, valueStart);
      if (from < passed + line.text.length) parts.push({ valueAt: from - valueStart, at: line.at + from - passed });
      passed += line.text.length;
    }
    const last = lines.at(-1);
    const end = last === undefined ? 0 : last.at + last.text.length;
    if (parts.length === 0) parts.push({ valueAt: 0, at: end });
    this.entries.push({ section, key: trimEndBytes(text.slice(0, equals)), value, at: lines[0]?.at ?? 0, end, parts });
  }
}

/** Reads text[from..to): a part of a bundle is read like a file. */
export function readUnit(text: string, from = 0, to = text.length): ReadUnit {
  const reader = new Reader();
  const limit = text.endsWith("\n", to) && to > from ? to - 1 : to;
  for (let at = from; at <= limit; ) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 || newline > limit ? limit : newline;
    reader.line(text.slice(at, end), at, end === limit);
    at = end + 1;
  }
  reader.end();
  return reader;
}

/** The offset in the text of an offset in the value. */
export function placeInValue(entry: ReadEntry, valueAt: number): number {
  // A value may go on over very many lines, with something to say about each.
  const { parts } = entry;
  const part = parts[lastAtMost(parts.length, (index) => parts[index]?.valueAt ?? 0, valueAt)];
  return part === undefined ? entry.at : part.at + valueAt - part.valueAt;
}
