/** How quadlet takes a value apart, for moving it to another key (podman pkg/systemd/parser/split.go). */
import type { SplitMode } from "./key.ts";
import { BLANK, readEscape } from "./words.ts";

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
      // What is no escape stays as it is written.
      const read = readEscape(value, at + 1);
      word = (word ?? "") + (read?.text ?? value.slice(at, at + 2));
      at += read?.length ?? 1;
    } else if (quote !== "") {
      if (c === quote) quote = "";
      else word = (word ?? "") + c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= "";
    } else if (BLANK.test(c)) {
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
