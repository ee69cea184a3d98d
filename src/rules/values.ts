/** Rules about values that the generator accepts and changes: quotes, escapes, empty arguments, booleans, comments. */

import { trimEndSpace } from "../quadlet/read.ts";
import { isAtLeastExactly } from "../quadlet/version.ts";
import { splitWords, type WordFault } from "../quadlet/words.ts";
import { unquoted, wordsIn } from "./lookup.ts";
import { atEntry, atValue, type Found, perEntry, type Rule, replaceValue } from "./rule.ts";
import { type Entry, KINDS } from "./unit-set.ts";

export const BOOLEANS: ReadonlySet<string> = new Set(
  "AllTags Copy DefaultDependencies DisableDNS EnvironmentHost ForceRM HttpProxy IPv6 Internal KubeDownForce NetworkDeleteOnStop NoNewPrivileges Quiet ReadOnly ReadOnlyTmpfs RunInit SecurityLabelDisable SecurityLabelNested StartWithPod TLSVerify VolatileTmp".split(
    " ",
  ),
);

/** Faults of splitting, for keys that are split. */
function wordFaults(
  kinds: readonly WordFault["kind"][],
  find: (entry: Entry, at: number, mode: string) => readonly Found[],
) {
  return perEntry(KINDS, (entry) => {
    const mode = entry.mode;
    if (mode === undefined || mode === "none" || mode === "line") return [];
    const { fault } = wordsIn(entry, mode === "words" ? "words" : "args");
    return fault !== undefined && kinds.includes(fault.kind) ? find(entry, fault.at, mode) : [];
  });
}

/** Of [Service] the generator looks at these as at its own. */
function isLookedUp(entry: Entry): boolean {
  return entry.section === "Service" && /^(Type|KillMode)$/.test(entry.key);
}

function isNone(entry: Entry): boolean {
  return entry.mode === "none";
}

export const valueRules: readonly Rule[] = [
  {
    id: "unknown-escape",
    level: "error",
    what: "A backslash is followed by something that is no escape.",
    why: "The generator drops the whole assignment and goes on: Exec= is then what the image says.",
    instead: "\\\\ for a backslash; quotes do not help, since escapes are read in them, too.",
    find: wordFaults(["escape"], (entry, at) => {
      const shown = entry.value.slice(at, at + 2);
      const lost = entry.key === "Exec" ? "the image's own command runs" : "nothing of it reaches podman";
      const hint = `write \\${shown} for a backslash`;
      return [
        atValue(
          entry,
          at,
          `"${shown}" is no escape, so the whole assignment is dropped: ${lost}`,
          hint,
          doubled(entry),
        ),
      ];
    }),
  },
  {
    id: "empty-argument",
    level: "error",
    what: "An empty argument, \"\" or ''.",
    why: "The generator's list of words ends there; what follows is dropped.",
    instead: "Something that the program takes for empty: --save=, or sh -c with the quotes inside.",
    find: wordFaults(["empty"], (entry, at) => [
      atValue(
        entry,
        at,
        "an empty argument ends the list: what follows is dropped",
        "give it a value, or write --option= in one word",
      ),
    ]),
  },
  {
    id: "unbalanced-quote",
    level: "error",
    what: "A quote is opened and never closed.",
    why: "Exec= and the like take the rest of the line for one word; AddDevice=, Sysctl= and the like are dropped whole.",
    instead: 'Close the quote, or write \\" for one that is meant.',
    find: wordFaults(["unbalanced"], (entry, at, mode) => {
      const then = mode === "words" ? "the whole assignment is dropped" : "the rest of the line becomes one word";
      return [atValue(entry, at, `this quote is never closed: ${then}`, "close it")];
    }),
  },
  {
    id: "trailing-backslash",
    level: "warning",
    what: "The value ends with a backslash.",
    why: "The generator cuts it off.",
    instead: "\\\\ for a backslash.",
    find: wordFaults(["trailing backslash"], (entry, at) => [
      atValue(entry, at, "a backslash at the end is cut off", "write \\\\ for a backslash"),
    ]),
  },
  {
    id: "blank-at-the-end",
    level: "warning",
    what: "The last line of a file ends with a blank and a backslash.",
    why: "The generator cuts the backslash off and keeps the blank, which podman gets as a part of the value.",
    instead: "The value without the backslash.",
    since: "5.4",
    find: perEntry(KINDS, (entry) => {
      const isKept = entry.mode === "line" && trimEndSpace(entry.value) !== entry.value;
      return isKept ? [atEntry(entry, "podman gets the blank at its end, too", "remove the backslash")] : [];
    }),
  },
  {
    id: "quote-cut-off",
    level: "error",
    what: "A value that is not split begins or ends with a double quote that is no pair around the whole.",
    why: "Before 5.8.2 every double quote at either end is cut off, since then a pair at both ends: what is left is another command.",
    instead: 'Other quotes inside, or a JSON array: HealthCmd=["CMD", "curl", "-f", "http://localhost"].',
    find: perEntry(KINDS, (entry, _, context) => {
      const value = trimEndSpace(entry.value);
      if (!(isNone(entry) || isLookedUp(entry)) || !/^"|"$/.test(value)) return [];
      const isPair = value.length > 1 && value.startsWith('"') && value.endsWith('"');
      if (isPair && !value.slice(1, -1).includes('"')) return [];
      if (!isPair && isAtLeastExactly(context.podman, "5.8.2")) return [];
      const at = value.startsWith('"') ? 0 : value.length - 1;
      const left = unquoted(value, context);
      return [
        atValue(
          entry,
          at,
          `a quote at the end is cut off, which leaves: ${left}`,
          "use single quotes, or a JSON array",
        ),
      ];
    }),
  },
  {
    id: "quotes-are-kept",
    level: "error",
    what: "The value of a key that knows no quotes is in quotes.",
    why: "podman gets the quotes as a part of the value, and refuses it.",
    instead: "The value without quotes; blanks need none.",
    find: perEntry(KINDS, (entry) => {
      const quoted = /^(["'])(.*)\1$/s.exec(trimEndSpace(entry.value));
      if (entry.mode !== "line" || quoted === null) return [];
      const fix = replaceValue(entry, quoted[2] ?? "");
      return [atEntry(entry, "podman gets these quotes as a part of the value", "write it without quotes", fix)];
    }),
  },
  {
    id: "no-boolean",
    level: "error",
    what: "The value is no boolean.",
    why: "All but 1, yes, true and on is false to the generator, whatever was meant.",
    instead: "yes or no, true or false, on or off, 1 or 0.",
    find: perEntry(KINDS, (entry, _, context) => {
      if (entry.mode === undefined) return [];
      const isNotify = entry.key === "Notify" && entry.section === "Container";
      if (!BOOLEANS.has(entry.key) && !isNotify) return [];
      const value = unquoted(entry.value, context);
      if (value === "") return [];
      if (/^(1|yes|true|on|0|no|false|off)$/i.test(value) || (isNotify && /^healthy$/i.test(value))) return [];
      const meant = /^(y|t|enabled?|ja|oui|si)$/i.test(value)
        ? "true"
        : /^(n|f|disabled?|never|nein)$/i.test(value)
          ? "false"
          : undefined;
      const fix = meant === undefined ? undefined : replaceValue(entry, meant);
      const words = isNotify ? "true, false or healthy" : "yes or no, true or false, on or off, 1 or 0";
      return [atEntry(entry, `"${value}" is no boolean, and counts as false`, `write ${words}`, fix)];
    }),
  },
];

/** Every backslash that begins no escape, doubled. */
function doubled(entry: Entry) {
  let value = entry.value;
  for (let tries = 0; tries < 50; tries++) {
    const { fault } = splitWords(value, "args");
    if (fault?.kind !== "escape") return replaceValue(entry, value);
    value = `${value.slice(0, fault.at)}\\${value.slice(fault.at)}`;
  }
  return undefined;
}
