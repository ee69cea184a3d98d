/** The plan as a person reads it: by service, a sign, what, why, and unified diffs of files. */
import { createTwoFilesPatch } from "diff";
import { groupBy } from "../model/group-by.ts";
import { INDEX_PATH, parseIndex } from "../model/index-file.ts";
import { meantText } from "../model/meaning.ts";
import { type Outage, type Plan, type Step, stepsOf } from "../model/plan.ts";
import { visible } from "../model/visible.ts";
import { asideLines, summary } from "./summary.ts";

export interface FormatOptions {
  readonly colour: boolean;
  /** Diffs of changed files; new files are listed by name only. */
  readonly diffs: boolean;
  /** Diffs of any length; otherwise a long one is folded, so that it hides no line of the plan. */
  readonly whole?: boolean;
}

/** Lines; a file that somebody damaged differs in hundreds. */
const LONGEST_DIFF = 80;

/** Comparing takes time that grows with the square of this; a file planted by a service must not stop a run. */
const MOST_EDITS = 2_000;

/** For what is known only once there is an authority; see resource.ts. */
const STANDS_IN = /@AUTHORITY_[A-Z0-9_]+@/g;

const SIGNS = { create: "+", update: "~", remove: "-", run: ">" } as const;
const COLOURS = { create: 32, update: 33, remove: 31, run: 36 } as const;

export function formatPlan(plan: Plan, options: FormatOptions): string {
  const blocks = [...groupBy(stepsOf(plan), (change) => change.service ?? "host")].map(([name, changes]) => {
    const lines = changes.map((change) => formatChange(change, options));
    return `${bold(name, options)}\n${lines.join("\n")}`;
  });
  const stays = (plan.stays ?? []).map((what) => `  ${what}\n`).join("");
  const outages = (plan.outages ?? []).map((outage) => `  ${formatOutage(outage)}\n`).join("");
  const aside = asideLines(plan)
    .map((line) => `  ${line}\n`)
    .join("");
  const notes = (plan.notes ?? []).map(({ subject, text }) => `  ${visible(subject)} ${text}\n`).join("");
  const meaning = (plan.meaning ?? []).map((meant) => `  ${meant.service}: ${visible(meantText(meant))}\n`).join("");
  const endings = [
    meaning === "" ? "" : `what it means:\n${meaning}\n`,
    aside === "" ? "" : `set aside:\n${aside}\n`,
    stays === "" ? "" : `stays:\n${stays}\n`,
    notes === "" ? "" : `left as it is:\n${notes}\n`,
    plan.next === undefined ? "" : `${plan.next}\n\n`,
    outages === "" ? "" : `not available meanwhile:\n${outages}\n`,
  ];
  const changes = blocks.length === 0 ? "" : `${blocks.join("\n\n")}\n\n`;
  return `${changes}${endings.join("")}${summary(plan)}\n`;
}

/** "opik (opik-mysql, opik-backend): about 40 s, as its last start took" */
function formatOutage({ service, units, seconds, kind }: Outage): string {
  const names = units.length === 1 && units[0] === service ? "" : ` (${units.join(", ")})`;
  const last = seconds === undefined ? "while it starts" : `about ${Math.max(1, seconds)} s, as its last start took`;
  const how = {
    down: last,
    wait: `${last}; requests wait`,
    copied: `${last}, and as long as it takes to copy its data`,
    gone: "it goes",
  }[kind];
  return `${service}${names}: ${how}`;
}

function formatChange(planned: Step, options: FormatOptions): string {
  const sign = paint(SIGNS[planned.action], COLOURS[planned.action], options);
  const line = `  ${sign} ${planned.summary}: ${planned.reason.text}`;
  const diff = options.diffs ? fileDiff(planned, options.whole === true) : "";
  return diff === "" ? line : `${line}\n${diff}`;
}

function fileDiff({ change }: Step, whole: boolean): string {
  if (change.kind !== "file" || change.before === undefined || change.before === change.file.content) return "";
  // What it said is lost, and what it will say is nothing that a person decides.
  if (change.file.path === INDEX_PATH && parseIndex(change.before) === undefined) {
    return indented(["(it is damaged, and written anew)"]);
  }
  const lines = patchLines(change.before, change.file.content.replaceAll(STANDS_IN, "(of the new authority)"));
  if (whole || lines.length <= LONGEST_DIFF) return indented(lines);
  const left = lines.length - LONGEST_DIFF / 2;
  return indented([...lines.slice(0, LONGEST_DIFF / 2), `(${left} lines more: --verbose shows them)`]);
}

/** A unified diff under the path as a heading; empty where both are the same. */
export function textDiff(path: string, before: string, after: string): string {
  return before === after ? "" : `${path}\n${indented(patchLines(before, after))}`;
}

function patchLines(before: string, after: string): readonly string[] {
  const options = { context: 2, maxEditLength: MOST_EDITS };
  const patch = createTwoFilesPatch("is", "will be", before, after, "", "", options);
  return patch === undefined ? ["(too different to show)"] : patch.split("\n").slice(3);
}

function indented(lines: readonly string[]): string {
  return lines
    .filter((line) => line !== "")
    .map((line) => `      ${visible(line)}`)
    .join("\n");
}

function paint(text: string, colour: number, options: FormatOptions): string {
  return options.colour ? `\u001b[${colour}m${text}\u001b[0m` : text;
}

function bold(text: string, options: FormatOptions): string {
  return options.colour ? `\u001b[1m${text}\u001b[0m` : text;
}
