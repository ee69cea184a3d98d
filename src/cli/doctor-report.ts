/** What `doctor` found, as text: a line for each check, below its group. */
import { GROUPS, type Group } from "../diagnosis/check.ts";
import type { Entry } from "../diagnosis/judge-all.ts";
import { countOf } from "../diagnosis/report.ts";

interface Report {
  readonly entries: readonly Entry[];
  readonly installed: boolean;
  /** As it was typed, for the same with root. */
  readonly words: readonly string[];
}

const WIDTH = "problem".length + 2;
const BELOW = " ".repeat(2 + WIDTH);

export function reportText({ entries, installed, words }: Report): string {
  const groups = (Object.keys(GROUPS) as Group[]).filter((group) => entries.some((entry) => entry.group === group));
  const needRoot = entries.filter(({ silence }) => silence === "needs root").length;
  return [
    ...groups.flatMap((group) => [GROUPS[group], ...groupLines(entries.filter((entry) => entry.group === group))]),
    "",
    ...(needRoot === 0
      ? []
      : [`${needRoot} more checks need root: ${["sudo", "install-quadlets", "doctor", ...words].join(" ")}`]),
    lastLine(entries, installed),
  ].join("\n");
}

function groupLines(entries: readonly Entry[]): readonly string[] {
  const told = entries.filter(({ level }) => level !== "skipped").flatMap(entryLines);
  if (entries.some(({ silence }) => silence === "needs root")) {
    const ids = entries.filter(({ silence }) => silence === "needs root").map(({ id }) => id);
    return [...told, line("root", `only root can tell: ${ids.join(", ")}`)];
  }
  if (told.length > 0) return told;
  const isEarly = entries.some(({ silence }) => silence === "nothing installed yet");
  return [line("-", isEarly ? "nothing installed yet" : (entries[0]?.message ?? ""))];
}

function entryLines({ level, id, message, repair, hint }: Entry): readonly string[] {
  return [
    line(level, level === "ok" ? message : `${message} [${id}]`),
    ...(repair === undefined ? [] : [`${BELOW}repair: ${repair}`]),
    ...(hint === undefined ? [] : [`${BELOW}hint: ${hint}`]),
  ];
}

function line(word: string, text: string): string {
  return `  ${word.padEnd(WIDTH)}${text}`;
}

function lastLine(entries: readonly Entry[], installed: boolean): string {
  const { problems, warnings } = countOf(entries);
  const some = (count: number, word: string) => (count === 0 ? [] : [`${count} ${word}${count === 1 ? "" : "s"}`]);
  const found = [...some(problems, "problem"), ...some(warnings, "warning")].join(", ");
  const next = installed ? "svc status tells how the services are" : "sudo install-quadlets shows what it would do";
  return found === "" ? `ready: nothing is wrong; ${next}` : `${found}${problems === 0 ? `; ${next}` : ""}`;
}
