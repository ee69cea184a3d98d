/** Makes files smaller as long as what is seen in them stays. */
import type { Texts } from "../rules/cases.ts";

export function shrink(texts: Texts, holds: (texts: Texts) => boolean, tries = 400): Texts {
  let best = texts;
  let left = tries;
  for (let hasShrunk = true; hasShrunk && left > 0; ) {
    hasShrunk = false;
    for (const smaller of candidates(best)) {
      if (left-- <= 0) break;
      if (!holds(smaller)) continue;
      best = smaller;
      hasShrunk = true;
      break;
    }
  }
  return best;
}

function* candidates(texts: Texts): Generator<Texts> {
  const entries = Object.entries(texts);
  for (const [path] of entries) yield Object.fromEntries(entries.filter(([other]) => other !== path));
  for (const [path, text] of entries) {
    const lines = text.split("\n");
    for (const at of lines.keys()) yield { ...texts, [path]: lines.toSpliced(at, 1).join("\n") };
  }
  for (const [path, text] of entries) {
    for (const size of [8, 3, 1]) {
      for (let at = 0; at + size <= text.length && text.length < 300; at += size) {
        yield { ...texts, [path]: text.slice(0, at) + text.slice(at + size) };
      }
    }
  }
}
