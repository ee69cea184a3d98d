/** The rule about comments behind values. */
import { trimEndSpace } from "../quadlet/read.ts";
import { modeOf } from "./lookup.ts";
import { atValue, perEntry, type Rule } from "./rule.ts";
import { type Entry, KINDS } from "./unit-set.ts";

const FREE_TEXT =
  /^(HealthCmd|HealthStartupCmd|Description|Documentation|ExecStartPre|ExecStartPost|ExecStop|ExecStopPost|ExecReload|ExecCondition|ExecStart)$/;

/** The offset of a comment that a person meant, in a value where "#" is a character like any other. */
function commentAt(value: string): number {
  return /[ \t]#(?=[ \t]|[^\s"'`)]{0,40}[ \t]|$)/.exec(value)?.index ?? -1;
}

function isQuoted(value: string, at: number): boolean {
  let quote = "";
  for (const c of value.slice(0, at)) {
    if (quote === "" && (c === '"' || c === "'")) quote = c;
    else if (c === quote) quote = "";
  }
  return quote !== "";
}

function moved(entry: Entry, at: number) {
  const value = trimEndSpace(entry.value.slice(0, at));
  if (entry.parts.length !== 1 || value === "") return undefined;
  const text = `# ${entry.value.slice(at).replace(/^[ \t]*#[ \t]*/, "")}\n${entry.key}=${value}`;
  return [{ file: entry.file, from: entry.at, to: entry.end, text }];
}

export const inlineCommentRules: readonly Rule[] = [
  {
    id: "inline-comment",
    level: "error",
    what: "A comment stands behind a value.",
    why: "Comments have lines of their own: to podman and systemd it is a part of the value, which they refuse or ignore.",
    instead: "The comment on a line of its own.",
    find: perEntry(KINDS, (entry, unit) => {
      const isOurs = modeOf(entry, unit) !== undefined || ["Service", "Install", "Unit"].includes(entry.section);
      const at = isOurs && !FREE_TEXT.test(entry.key) ? commentAt(entry.value) : -1;
      if (at === -1 || isQuoted(entry.value, at)) return [];
      if (/^(Exec|PodmanArgs)$/.test(entry.key) && !/^[ \t]#[ \t]/.test(entry.value.slice(at))) return [];
      const who = entry.section === unit.section ? "podman gets it as a part of the value" : "systemd ignores the line";
      const fix = moved(entry, at);
      return [atValue(entry, at + 1, `a comment behind a value is none: ${who}`, "put it on a line of its own", fix)];
    }),
  },
];
