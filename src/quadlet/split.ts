/** How quadlet takes a value apart, for moving it to another key (podman pkg/systemd/parser/split.go). */
import type { SplitMode } from "./key.ts";

/** The single values of one assignment, unquoted; specifiers and variables stay as they are. */
export function splitValue(value: string, mode: SplitMode): readonly string[] {
  switch (mode) {
    case "none":
      // Lookup strips double quotes around the value.
      return [value.trimEnd().replace(/^"(.*)"$/s, "$1")];
    case "line":
      return [value];
    case "words":
      return splitWords(value, false);
    case "args":
    case "keyval":
      return splitWords(value, true);
    default:
      return mode satisfies never;
  }
}

function splitWords(value: string, cEscapes: boolean): readonly string[] {
  const result: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < value.length; at++) {
    const c = value.charAt(at);
    if (c === "\\" && cEscapes) {
      const found = readEscape(value.slice(at + 1));
      word = (word ?? "") + found.text;
      at += found.length;
    } else if (quote !== "") {
      if (c === quote) quote = "";
      else word = (word ?? "") + c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= "";
    } else if (/[ \t\n\r]/.test(c)) {
      // An empty word ends the list: a bug of quadlet that escape.ts avoids.
      if (word === "") return result;
      if (word !== undefined) result.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + c;
    }
  }
  return word === undefined || word === "" ? result : [...result, word];
}

const simple: Readonly<Record<string, string>> = {
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

function readEscape(rest: string): { readonly text: string; readonly length: number } {
  const plain = simple[rest.charAt(0)];
  if (plain !== undefined) return { text: plain, length: 1 };
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  if (hex !== null) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? "", 16);
    return { text: String.fromCodePoint(Math.min(code, 0x10ffff)), length: hex[0].length };
  }
  const octal = /^[0-7]{3}/.exec(rest);
  if (octal !== null) return { text: String.fromCodePoint(Number.parseInt(octal[0], 8)), length: 3 };
  return { text: `\\${rest.charAt(0)}`, length: 1 };
}
