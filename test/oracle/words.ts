/** What a person means by a value: the words as systemd would read them, with nothing dropped; and a command line read back. */

import { trimEndSpace } from "../../src/quadlet/read.ts";

/** Undefined where nobody can say what is meant: a quote that is never closed. */
export function meantWords(value: string, escapes: boolean): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < value.length; at++) {
    const c = value.charAt(at);
    if (c === "\\" && escapes) {
      const [text, length] = escaped(value.slice(at + 1));
      word = (word ?? "") + text;
      at += length;
    } else if (quote !== "") {
      if (c === quote) quote = "";
      else word = (word ?? "") + c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= "";
    } else if (" \t\n\r".includes(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + c;
  }
  if (quote !== "") return undefined;
  return word === undefined ? words : [...words, word];
}

const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  s: " ",
};

/** What is no escape means the backslash, too. */
function escaped(rest: string): readonly [text: string, length: number] {
  const c = rest.charAt(0);
  if (c !== "" && `\\"'`.includes(c)) return [c, 1];
  if (Object.hasOwn(LETTERS, c)) return [LETTERS[c] ?? "", 1];
  const digits = /^x([0-9a-fA-F]{2})|^u([0-9a-fA-F]{4})|^U([0-9a-fA-F]{8})/.exec(rest);
  const octal = /^[0-7]{3}/.exec(rest)?.[0];
  const hex = digits?.[1] ?? digits?.[2] ?? digits?.[3];
  const code = hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : 0;
  if (code === 0 || code > (octal === undefined ? 0x10ffff : 255)) return ["\\", 0];
  return [String.fromCodePoint(code), digits?.[0].length ?? 3];
}

/** One value as a whole: a pair of double quotes around it is for the reader, where nothing in it is quoted the same way. */
export function meantValue(value: string): string {
  const text = trimEndSpace(value);
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}

/** ExecStart= as systemd reads it, specifiers and variables as they stand; undefined where it refuses the line. */
export function commandWords(line: string): readonly string[] | undefined {
  if (/[\uD800-\uDFFF]/.test(line.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, ""))) return undefined;
  if (/[\0\p{Noncharacter_Code_Point}]/u.test(line)) return undefined;
  if (/(^|[ \t]);([ \t]|$)/.test(line.replace(/"(\\.|[^"\\])*"/g, "quoted"))) return undefined;
  // \x80 and above is a byte for systemd, which alone is no UTF-8.
  if (/(?<!\\)(\\\\)*\\x[89a-f]/i.test(line)) return undefined;
  return meantWords(line, true);
}
