/** A known trouble as a judgement: its hint names the unit, the account and its places. */
import type { FoundTrouble } from "./log-words.ts";
import type { Judgement, Signs, Word } from "./signs.ts";

export function withTrouble(word: Word, { says, hint, line }: FoundTrouble, { service, unit }: Signs): Judgement {
  const fill = (text: string) =>
    text
      .replaceAll(/\bNAME\b/g, unit.name)
      .replaceAll(/\bUSER\b/g, service.user)
      .replaceAll(/\bUID\b/g, String(service.uid))
      .replaceAll(/\bHOME\b/g, service.home);
  return { word, sentence: fill(says), hint: fill(hint), line };
}
