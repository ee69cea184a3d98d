/** What a whole service is: its worst unit's word, and the cause instead of its victims. */
import type { Judgement, Word } from "./signs.ts";

export interface JudgedUnit {
  readonly name: string;
  readonly unit: string;
  /** Units of the same service that start before it. */
  readonly after: readonly string[];
  readonly judgement: Judgement;
}

/** The worse, the earlier. */
const WORDS: readonly Word[] = ["failed", "degraded", "starting", "stopped", "asleep", "healthy"];

/** `extra` is about the service and none of its units: its certificate, for example. */
export function judgeService(units: readonly JudgedUnit[], extra?: Judgement): Judgement {
  const ill = units.filter(({ judgement }) => judgement.word !== "healthy");
  if (ill.length === 0) return extra ?? { word: "healthy", sentence: wellWords(units) };
  const [first] = ill;
  // All stopped; or it is about the account, and no unit is the cause.
  if (first !== undefined && ill.length === units.length && ill.every((unit) => isSame(unit, first)))
    return first.judgement;
  const worst = WORDS.find((word) => ill.some(({ judgement }) => judgement.word === word)) ?? "degraded";
  // Some of it runs, some does not: that is neither.
  const word = worst === "stopped" || worst === "asleep" ? "degraded" : worst;
  const cause = causeOf(ill);
  const waiting = ill.filter((other) => other !== cause && needs(other, cause.unit, units));
  const rest = ill.length - 1 - waiting.length;
  const { sentence, hint, line } = cause.judgement;
  const named = units.length === 1 ? sentence : `${cause.name}: ${sentence}`;
  const tail = [
    ...(waiting.length > 0 ? [`${listed(waiting)} ${waiting.length === 1 ? "needs" : "need"} it`] : []),
    ...(rest > 0 ? [`${rest} more ${rest === 1 ? "is" : "are"} not well`] : []),
  ];
  return {
    word,
    sentence: [named, ...tail].join("; "),
    ...(hint !== undefined && { hint }),
    ...(line !== undefined && { line }),
  };
}

/** One unit by itself: where what it needs is not well, that is what has to be mended. */
export function judgeOne(unit: JudgedUnit, all: readonly JudgedUnit[]): Judgement {
  const cause = toMend(unit, all);
  if (isSame(cause, unit)) return unit.judgement;
  const { word } = unit.judgement;
  return { ...cause.judgement, word, sentence: `it needs ${cause.name}: ${cause.judgement.sentence}` };
}

/** Itself, or what it needs. */
export function toMend(unit: JudgedUnit, all: readonly JudgedUnit[]): JudgedUnit {
  const { word } = unit.judgement;
  if (word !== "failed" && word !== "degraded" && word !== "starting") return unit;
  const ill = all.filter((other) => isBad(other) && needs(unit, other.unit, all));
  return ill.length === 0 ? unit : causeOf(ill);
}

/** The same to be mended: a hint about one unit names it. */
function isSame(one: JudgedUnit, other: JudgedUnit): boolean {
  const { word, sentence, hint } = one.judgement;
  if (word !== other.judgement.word) return false;
  return (
    word === "stopped" || word === "asleep" || (sentence === other.judgement.sentence && hint === other.judgement.hint)
  );
}

/** Of those that need nothing else that is ill, the worst. */
function causeOf(ill: readonly JudgedUnit[]): JudgedUnit {
  const bad = ill.filter(isBad);
  const among = bad.length > 0 ? bad : ill;
  const roots = among.filter((unit) => !among.some((other) => other !== unit && needs(unit, other.unit, ill)));
  const sorted = [...(roots.length > 0 ? roots : among)].sort(
    (a, b) => WORDS.indexOf(a.judgement.word) - WORDS.indexOf(b.judgement.word),
  );
  return sorted[0] as JudgedUnit;
}

/** What is only on its way is waited for, and blamed for nothing; a hint says how to mend what ended the try before. */
function isBad({ judgement }: JudgedUnit): boolean {
  return judgement.word !== "healthy" && (judgement.word !== "starting" || judgement.hint !== undefined);
}

function needs(unit: JudgedUnit, wanted: string, all: readonly JudgedUnit[], seen = new Set<string>()): boolean {
  if (unit.after.includes(wanted)) return true;
  seen.add(unit.unit);
  return unit.after.some((name) => {
    const next = seen.has(name) ? undefined : all.find((other) => other.unit === name);
    return next !== undefined && needs(next, wanted, all, seen);
  });
}

function wellWords(units: readonly JudgedUnit[]): string {
  const [only] = units;
  return units.length === 1 && only !== undefined ? only.judgement.sentence : `all ${units.length} units are up`;
}

const NAMED = 3;

function listed(units: readonly JudgedUnit[]): string {
  const names = units.map(({ name }) => name);
  return names.length <= NAMED
    ? names.join(", ")
    : `${names.slice(0, NAMED).join(", ")} and ${names.length - NAMED} more`;
}
