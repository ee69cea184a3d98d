/** All rules over one set of files: findings with their places, file by file and from top to bottom. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { lastAtMost } from "../model/last-at-most.ts";
import { isAtLeast } from "../quadlet/version.ts";
import { rules } from "./all.ts";
import type { Context, Edit, Found, Level, Rule } from "./rule.ts";
import { makeSet, type SourceFile } from "./unit-set.ts";

export interface Finding extends Diagnostic {
  readonly rule: string;
  readonly level: Level;
  readonly fix: readonly Edit[] | undefined;
  /** So many more of it in this file were only counted. */
  readonly more?: number;
}

export interface Target {
  readonly podman: string;
  readonly rootful: boolean;
}

const LEVELS: readonly Level[] = ["error", "warning", "hint"];

/** More of one rule in one file are counted only. */
const FOLDED_AFTER = 20;

/** Of these levels, all by default: who asks for errors only does not wait for the other half of the rules. */
export function findAll(
  files: readonly SourceFile[],
  target: Target,
  levels: readonly Level[] = LEVELS,
): readonly Finding[] {
  const context: Context = { set: makeSet(files), ...target };
  const places = new Map<SourceFile, (at: number) => { readonly line: number; readonly column: number }>();
  const placeOf = (file: SourceFile) => {
    const known = places.get(file) ?? placesIn(file.text);
    places.set(file, known);
    return known;
  };
  const order = new Map(files.map((file, index) => [file, index]));
  const applied = rules.filter((rule) => levels.includes(rule.level) && isFor(rule, target));
  const found = foundBy(applied, context);
  return applied
    .flatMap((rule, index) => withoutTwins(found[index] ?? []).map((one) => ({ rule, found: one })))
    .filter(({ found }) => found.file.context !== true)
    .map(({ rule, found }) => ({
      file: found.file,
      at: found.at,
      finding: asFinding(rule, found, placeOf(found.file)),
    }))
    .sort((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.at - b.at)
    .map(({ finding }) => finding);
}

/** Rules that say the same about every part of a damaged file are cut short, with the number of the rest. */
export function folded(findings: readonly Finding[]): readonly Finding[] {
  const counts = new Map<string, number>();
  const key = (finding: Finding): string => `${finding.file}\0${finding.rule}`;
  for (const finding of findings) counts.set(key(finding), (counts.get(key(finding)) ?? 0) + 1 + (finding.more ?? 0));
  const seen = new Map<string, number>();
  return findings.flatMap((finding) => {
    const number = (seen.get(key(finding)) ?? 0) + 1;
    seen.set(key(finding), number);
    const rest = (counts.get(key(finding)) ?? 0) - FOLDED_AFTER;
    if (number > FOLDED_AFTER) return [];
    return number < FOLDED_AFTER || rest <= 0
      ? [finding]
      : [
          finding,
          {
            ...finding,
            message: `and ${rest} more like this in this file`,
            hint: undefined,
            fix: undefined,
            path: "",
          } as unknown as Finding,
        ];
  });
}

/** For each rule. Unit by unit, because a processor is twice as quick with what all rules have just looked at. */
function foundBy(applied: readonly Rule[], context: Context): readonly (readonly Found[])[] {
  const found = applied.map(({ find }) => (find.inUnit === undefined ? [...find(context)] : []));
  for (const unit of context.set.units) {
    applied.forEach(({ find }, index) => {
      const own = find.inUnit?.(unit, context) ?? [];
      for (const one of own) found[index]?.push(one);
    });
  }
  return found;
}

function isFor(rule: Rule, { podman, rootful }: Target): boolean {
  if (rule.since !== undefined && !isAtLeast(podman, rule.since)) return false;
  if (rule.until !== undefined && isAtLeast(podman, rule.until)) return false;
  return rule.only === undefined || (rule.only === "rootful") === rootful;
}

/** A drop-in that several units share is told about once. */
function withoutTwins(found: readonly Found[]): readonly Found[] {
  const seen = new Map<SourceFile, Set<string>>();
  return found.filter((one) => {
    const known = seen.get(one.file) ?? new Set();
    seen.set(one.file, known);
    const key = `${one.at} ${one.path} ${one.message}`;
    return !known.has(key) && known.add(key);
  });
}

function asFinding(rule: Rule, found: Found, place: ReturnType<typeof placesIn>): Finding {
  const { line, column } = place(found.at);
  const { path, message, hint, fix, more } = found;
  const own = { rule: rule.id, level: rule.level, file: found.file.path, line, column, path, message, fix };
  const base = more === undefined ? own : { ...own, more };
  return hint === undefined ? base : { ...base, hint };
}

export function placesIn(text: string): (at: number) => { readonly line: number; readonly column: number } {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (at) => {
    const line = lastAtMost(starts.length, (index) => starts[index] ?? 0, at);
    return { line: line + 1, column: at - (starts[line] ?? 0) + 1 };
  };
}
