/** The rule about comments behind values. */
import type { SplitMode } from "../quadlet/key.ts";
import { trimEndSpace } from "../quadlet/read.ts";
import { wordsIn } from "./lookup.ts";
import { atValue, perEntry, type Rule } from "./rule.ts";
import { type Entry, KINDS } from "./unit-set.ts";

const FREE_TEXT =
  /^(Entrypoint|HealthCmd|HealthStartupCmd|Description|Documentation|ExecStartPre|ExecStartPost|ExecStop|ExecStopPost|ExecReload|ExecCondition|ExecStart)$/;

/** The offset of a "#" that a person meant for a comment; in a command line only one that stands alone. */
function commentAt(entry: Entry, mode: SplitMode | undefined): number {
  if (mode === undefined || mode === "none" || mode === "line") {
    const found = /[ \t]#/.exec(entry.value);
    return found === null ? -1 : found.index + 1;
  }
  const isCommand = /^(Exec|PodmanArgs|GlobalArgs|ReloadCmd)$/.test(entry.key);
  const { words } = wordsIn(entry, mode === "words" ? "words" : "args");
  const word = words.slice(1).find(({ text, quoted }) => !quoted && (isCommand ? text === "#" : text.startsWith("#")));
  return word?.at ?? -1;
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
      if (!/[#\\]/.test(entry.value)) return [];
      // systemd splits this one as the generator does its own.
      const mode = entry.key === "Environment" ? "keyval" : entry.mode;
      const isOurs = mode !== undefined || ["Service", "Install", "Unit"].includes(entry.section);
      const at = isOurs && !FREE_TEXT.test(entry.key) ? commentAt(entry, mode) : -1;
      if (at === -1) return [];
      const who = entry.section === unit.section ? "podman gets it as a part of the value" : "systemd ignores the line";
      const fix = moved(entry, at);
      return [atValue(entry, at, `a comment behind a value is none: ${who}`, "put it on a line of its own", fix)];
    }),
  },
];
