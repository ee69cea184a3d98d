/**
 * How podman's generator takes a value apart (pkg/systemd/parser/split.go), and where it drops something without a word:
 * "args" knows quotes and C escapes, "words" knows quotes only.
 */

export interface Word {
  readonly text: string;
  readonly at: number;
  readonly end: number;
  readonly quoted: boolean;
}

/** What goes wrong on the way, and at which offset of the value. */
export interface WordFault {
  readonly kind: "escape" | "unbalanced" | "empty" | "trailing backslash" | "nul";
  readonly at: number;
}

export interface Words {
  /** As written; `escape` means that the generator drops all of them, `unbalanced` too where it reads "words". */
  readonly words: readonly Word[];
  readonly fault: WordFault | undefined;
}

export const BLANK = /[ \t\n\r]/;
const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  s: " ",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** BLANK for one character: a pattern takes ten times as long, and this is asked of each of a file. */
function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

export function splitWords(value: string, mode: "args" | "words"): Words {
  const words: Word[] = [];
  let fault: WordFault | undefined;
  let at = 0;
  while (fault === undefined) {
    while (at < value.length && isBlank(value.charCodeAt(at))) at++;
    if (at >= value.length) break;
    const start = at;
    let text = "";
    let quote = "";
    let quoteAt = 0;
    let quoted = false;
    for (; at < value.length; at++) {
      const c = value.charAt(at);
      if (c === "\0") {
        fault ??= { kind: "nul", at };
        break;
      }
      if (c === "\\" && mode === "args") {
        if (at + 1 >= value.length) {
          fault = { kind: "trailing backslash", at };
          continue;
        }
        const read = readEscape(value, at + 1);
        if (read === undefined) fault ??= { kind: "escape", at };
        text += read?.text ?? value.slice(at, at + 2);
        at += read?.length ?? 1;
      } else if (quote !== "") {
        if (c === quote) quote = "";
        else text += c;
      } else if (c === '"' || c === "'") {
        quote = c;
        quoteAt = at;
        quoted = true;
      } else if (isBlank(value.charCodeAt(at))) break;
      else text += c;
    }
    if (quote !== "") fault ??= { kind: "unbalanced", at: quoteAt };
    if (text === "" && fault === undefined) fault = { kind: "empty", at: start };
    // An empty word that is never closed ends the list, too.
    else if (text !== "") words.push({ text, at: start, end: at, quoted });
  }
  return { words, fault };
}

/** cUnescapeOne: undefined for what it refuses. */
export function readEscape(value: string, at: number): { readonly text: string; readonly length: number } | undefined {
  const simple = Object.hasOwn(SIMPLE, value.charAt(at)) ? SIMPLE[value.charAt(at)] : undefined;
  if (simple !== undefined) return { text: simple, length: 1 };
  const rest = value.slice(at, at + 9);
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  const octal = /^[0-7]{3}/.exec(rest);
  const digits = hex?.[1] ?? hex?.[2] ?? hex?.[3];
  const code = digits !== undefined ? Number.parseInt(digits, 16) : octal === null ? 0 : Number.parseInt(octal[0], 8);
  if (code === 0 || code > (octal === null ? 0x10ffff : 255)) return undefined;
  return { text: String.fromCodePoint(code), length: hex?.[0].length ?? 3 };
}

/** Lookup of a single value: before 5.8.2 every double quote at either end goes, since then only a pair around the whole. */
export function lookedUp(value: string, pairsOnly: boolean): string {
  let from = 0;
  let to = value.length;
  if (pairsOnly) return to >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  while (from < to && value.charAt(from) === '"') from++;
  while (to > from && value.charAt(to - 1) === '"') to--;
  return value.slice(from, to);
}
