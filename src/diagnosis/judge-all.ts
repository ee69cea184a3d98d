/** Judges every check from the parts that are there: what could not be read, or not in time, is a line of its own. */
import { visible } from "../model/visible.ts";
import type { About, Check, Finding, Group, Level } from "./check.ts";
import type { PartName, Parts } from "./parts.ts";

export type Settled<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "late"; readonly seconds: number }
  | { readonly kind: "failed"; readonly message: string };

export type SettledParts = { readonly [P in PartName]?: Settled<Parts[P]> };

/** Why a check says nothing. */
export type Silence = "needs root" | "nothing installed yet" | "nothing to say";

export interface Entry {
  readonly id: string;
  readonly group: Group;
  readonly level: Level | "ok" | "skipped";
  readonly message: string;
  readonly silence?: Silence;
  readonly repair?: string | undefined;
  readonly hint?: string | undefined;
}

export interface Situation {
  readonly about: About;
  /** Whether the record of the last run could be read: nothing is known of accounts and services without it. */
  readonly readable: boolean;
  readonly parts: SettledParts;
}

/** Of one check, as of one rule elsewhere. */
const MOST = 20;
/** A program's words; more of them does not fit on a screen. */
const LONGEST = 500;

export function judgeAll(checks: readonly Check[], situation: Situation): readonly Entry[] {
  const told = new Set<PartName>();
  return checks.flatMap((check) => judgeOne(check, situation, told));
}

function judgeOne(check: Check, { about, readable, parts }: Situation, told: Set<PartName>): readonly Entry[] {
  const { id, group } = check;
  const silent = (silence: Silence, message: string = silence): readonly Entry[] => [
    { id, group, level: "skipped", message, silence },
  ];
  if (check.ours && !about.installed) return silent("nothing installed yet");
  if (check.needsRoot && !about.root) return silent("needs root");
  if (check.ours && !readable && !check.from.includes("record"))
    return silent("nothing to say", "the record cannot be read");
  const lacking = check.from.filter((name) => parts[name]?.kind !== "known");
  const [untold] = lacking.filter((name) => !told.has(name));
  if (untold !== undefined) {
    told.add(untold);
    return [entry(check, { level: "warning", message: whyLacking(check, parts[untold]) })];
  }
  if (lacking.length > 0) return silent("nothing to say", "what it needs could not be read, as another check says");
  try {
    const known = Object.fromEntries(
      [...check.from, ...check.with].flatMap((name) => {
        const part = parts[name];
        return part?.kind === "known" ? [[name, part.value] as const] : [];
      }),
    ) as unknown as Parts;
    const verdict = check.judge(known, about);
    if ("skip" in verdict) return silent("nothing to say", verdict.skip);
    if ("ok" in verdict) return [{ id, group, level: "ok", message: shown(verdict.ok) }];
    if ("told" in verdict) return verdict.told.map((told) => entry(check, { ...told, level: "ok" }));
    return folded(verdict.found).map((finding) => entry(check, finding));
  } catch (error) {
    const message = `${check.what}: could not be judged (${error instanceof Error ? error.message : String(error)})`;
    return [entry(check, { level: "warning", message })];
  }
}

function whyLacking(check: Check, part: Settled<unknown> | undefined): string {
  if (part?.kind === "late") return `${check.what}: no answer within ${part.seconds} s, cut off`;
  return `${check.what}: could not be looked at (${part?.kind === "failed" ? part.message : "it was not asked"})`;
}

function folded(found: readonly Finding[]): readonly Finding[] {
  if (found.length <= MOST) return found;
  const rest = found.slice(MOST - 1);
  const level = rest.some((finding) => finding.level === "problem") ? "problem" : "warning";
  return [...found.slice(0, MOST - 1), { level, message: `and ${rest.length} more of the kind` }];
}

type Shown = Omit<Finding, "level"> & Pick<Entry, "level">;

/** What others named is shown, and not obeyed, by whatever prints it. */
function entry({ id, group }: Check, { level, message, repair, hint }: Shown): Entry {
  return {
    id,
    group,
    level,
    message: shown(message),
    ...(repair !== undefined && { repair: visible(repair) }),
    ...(hint !== undefined && { hint: shown(hint) }),
  };
}

function shown(text: string): string {
  const line = visible(text.replaceAll("\n", " "));
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}
