/** Rules about lists of NAME=VALUE and files of them. */
import { unquoted, wordsIn, wordsOf } from "./lookup.ts";
import { atValue, perEntry, perUnit, type Rule } from "./rule.ts";
import { KINDS } from "./unit-set.ts";

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

export const environmentRules: readonly Rule[] = [
  {
    id: "value-with-blanks",
    level: "warning",
    what: "A value with blanks in a list of NAME=VALUE is not in quotes.",
    why: "It ends at the blank; the rest becomes names of its own.",
    instead: 'The whole in quotes: Environment="NAME=a b".',
    find: perEntry(KINDS, (entry) => {
      if (entry.mode !== "keyval") return [];
      const { words } = wordsIn(entry, "args");
      const isVariable = entry.key === "Environment" || entry.key === "BuildArg";
      const odd = words.find(({ text }, index) => {
        const equals = text.indexOf("=");
        if (equals === -1) return index > 0 && (words[0]?.text.includes("=") ?? false);
        return isVariable && !VARIABLE.test(text.slice(0, equals)) && !/[%$]/.test(text.slice(0, equals));
      });
      if (odd === undefined) return [];
      const name = odd.text.split("=")[0] ?? "";
      const isFirst = odd === words[0];
      const message = isFirst
        ? `"${name}" is no name of a variable`
        : `the value ends at the blank, and "${name}" becomes a name`;
      const hint = isFirst
        ? "NAME=VALUE, and the whole in quotes where it has blanks"
        : `put the whole in quotes: ${entry.key}="NAME=a b"`;
      return [atValue(entry, odd.at, message, hint)];
    }),
  },
  {
    id: "name-without-value",
    level: "warning",
    what: "A word in a list of NAME=VALUE has no =.",
    why: "Before 5.6 the generator drops it.",
    instead: "NAME= for an empty value; PodmanArgs=--env=NAME for the value that the unit's own environment has.",
    until: "5.6",
    find: perEntry(KINDS, (entry) => {
      if (entry.mode !== "keyval") return [];
      const { words, fault } = wordsIn(entry, "args");
      const word = fault?.kind === "escape" ? undefined : words.find(({ text }) => !text.includes("="));
      if (word === undefined) return [];
      return [atValue(entry, word.at, `"${word.text}" has no =, and is dropped`, "write NAME=VALUE")];
    }),
  },
  {
    id: "optional-environment-file",
    level: "error",
    what: 'EnvironmentFile= of [Container] begins with "-".',
    why: "Only systemd takes that for optional; podman looks for DIRECTORY/-/path, and the container never starts.",
    instead: "The path alone, and a file that is there; or EnvironmentFile=- in [Service].",
    find: perUnit(["container"], (unit) =>
      wordsOf(unit, "EnvironmentFile", "args")
        .filter((word) => word.text.startsWith("-"))
        .map((word) =>
          atValue(word.entry, word.at, 'quadlet knows no "-" for a file that may be missing', "write the path alone"),
        ),
    ),
  },
  {
    id: "lone-semicolon",
    level: "error",
    what: "A word that is a semicolon and nothing else, in quotes or not.",
    why: "The generator writes it without quotes, and to systemd a second command begins there: it refuses the unit.",
    instead: "sh -c '...; ...', where it is no word of its own.",
    find: perEntry(KINDS, (entry, unit, context) => {
      const mode = entry.mode;
      // As it is, or as an escape.
      if (mode === undefined || entry.section !== unit.section || !/[;\\]/.test(entry.value)) return [];
      const isWhole = mode === "none" || mode === "line";
      const value = mode === "none" ? unquoted(entry.value, context) : entry.value;
      const split = isWhole ? [{ text: value, at: 0 }] : wordsIn(entry, mode === "words" ? mode : "args").words;
      const word = split.find(({ text }) => text === ";");
      if (word === undefined) return [];
      const hint = "put the command into sh -c '...'";
      return [atValue(entry, word.at, "to systemd a second command begins at this semicolon, which it refuses", hint)];
    }),
  },
];
