/** Rules about the bare text: what keeps the generator from reading a file at all, or from reading all of it. */
import { Gathered } from "./gathered.ts";
import { type Found, perEntry, perUnit, type Rule } from "./rule.ts";
import { type Fault, KINDS, type SourceFile, type Unit } from "./unit-set.ts";

const WHOLE_FOLDER = "The generator gives the file up, and with it every other unit of its folder.";

function inFiles(unit: Unit): readonly SourceFile[] {
  return [unit.file, ...unit.dropIns];
}

function faults(kind: Fault["kind"], message: (line: string) => string, hint: string): Rule["find"] {
  return perUnit(KINDS, (unit) => {
    const gathered = new Gathered<Found>();
    for (const { kind: own, file, at, line } of unit.faults) {
      if (own !== kind || isWide(file)) continue;
      gathered.add(file, () => ({ file, at, path: "", message: message(line.slice(0, 60)), hint }));
    }
    return gathered.all();
  });
}

/** UTF-16, which is no text to the generator. */
function isWide(file: SourceFile): boolean {
  return /^(\udcff\udcfe|\udcfe\udcff)/.test(file.text);
}

function onEveryFile(find: (file: SourceFile, unit: Unit) => readonly Found[]): Rule["find"] {
  return perUnit(KINDS, (unit) => inFiles(unit).flatMap((file) => find(file, unit)));
}

function matches(file: SourceFile, pattern: RegExp, message: string, hint: string, text?: string): readonly Found[] {
  const gathered = new Gathered<Found>();
  for (const { index: at, 0: matched } of file.text.matchAll(pattern)) {
    const fix = text === undefined ? undefined : [{ file, from: at, to: at + matched.length, text }];
    gathered.add(file, () => ({ file, at, path: "", message, hint, fix }));
  }
  return gathered.all();
}

export const textRules: readonly Rule[] = [
  {
    id: "byte-order-mark",
    level: "error",
    what: "The file starts with a byte order mark, or is UTF-16.",
    why: `The first line is then no [Section] for podman. ${WHOLE_FOLDER}`,
    instead: "Save it as UTF-8 without a byte order mark.",
    find: onEveryFile((file) =>
      isWide(file)
        ? [{ file, at: 0, path: "", message: "the file is UTF-16", hint: "save it as UTF-8" }]
        : matches(file, /^\ufeff/g, "the file starts with a byte order mark", "save it as UTF-8 without one", ""),
    ),
  },
  {
    id: "no-assignment",
    level: "error",
    what: "A line is no assignment, no [Section] and no comment.",
    why: WHOLE_FOLDER,
    instead: "KEY=VALUE; a line that goes on in the next one ends with a backslash; a comment starts with #.",
    find: faults(
      "no pair",
      () => "this line is no key-value pair, section or comment",
      "the generator gives the file up here, and every other unit of its folder with it",
    ),
  },
  {
    id: "before-section",
    level: "error",
    what: "An assignment stands before the first [Section].",
    why: WHOLE_FOLDER,
    instead: "Begin the file with its section, for example [Container].",
    find: faults("before section", () => "this line stands before the first [Section]", "put it below its section"),
  },
  {
    id: "section-name",
    level: "error",
    what: "The name of a section is empty, or holds a bracket or a control character.",
    why: WHOLE_FOLDER,
    instead: "[Unit], [Container], [Service], [Install], or [X-...] for notes of your own.",
    find: faults("bad section", (line) => `${line} is no name for a section`, "[Unit], [Container], [Service], ..."),
  },
  {
    id: "line-lost",
    level: "error",
    what: "The last line ends with a backslash, and only comments or blank lines follow.",
    why: "The generator waits for the rest of the line, and drops what it has of it.",
    instead: "Remove the backslash.",
    find: faults(
      "lost",
      (line) => `this line goes on and never ends, so it is dropped: ${line}`,
      "remove the last backslash",
    ),
  },
  {
    id: "nul",
    level: "error",
    what: "The file holds a NUL character: it is binary, or damaged.",
    why: "podman cuts a value there, and systemd ends the line there.",
    instead: "Write the file anew as text.",
    find: onEveryFile((file) => (isWide(file) ? [] : matches(file, /\0/g, "a NUL character", "a unit file is text"))),
  },
  {
    id: "not-utf-8",
    level: "error",
    what: "A value is not UTF-8, or holds a code point that is no character, as U+FFFF.",
    why: "systemd ignores such a line of the generated unit, which is often the one that starts the container.",
    instead: "Save the file as UTF-8.",
    find: perEntry(KINDS, (entry) => {
      const found = /(?<![\ud800-\udbff])[\udc80-\udcff]|\p{Noncharacter_Code_Point}/u.exec(
        entry.file.text.slice(entry.at, entry.end),
      );
      if (found === null || isWide(entry.file)) return [];
      const path = `${entry.section}.${entry.key}`;
      return [
        { file: entry.file, at: entry.at + found.index, path, message: "is not UTF-8", hint: "save the file as UTF-8" },
      ];
    }),
  },
  {
    id: "control-character",
    level: "warning",
    what: "A value holds a control character.",
    why: "It arrives in the container, or in a terminal that shows the unit.",
    instead: "Where it is meant: \\x1b and the like, in keys that know escapes (Exec=, Environment=).",
    find: perEntry(KINDS, (entry) => {
      const found = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(entry.file.text.slice(entry.at, entry.end));
      if (found === null) return [];
      const path = `${entry.section}.${entry.key}`;
      return [
        { file: entry.file, at: entry.at + found.index, path, message: "holds a control character", hint: "remove it" },
      ];
    }),
  },
  {
    id: "words-run-together",
    level: "warning",
    what: "A line ends with a backslash right behind a word, and the next one begins with an option.",
    why: "The generator takes the white space at both ends away, so the two become one word; systemd would have put a blank.",
    instead: "A blank before the backslash.",
    find: perEntry(KINDS, (entry) =>
      entry.parts.slice(1).flatMap((part) => {
        const before = entry.value.charAt(part.valueAt - 1);
        const next = entry.value.slice(part.valueAt, part.valueAt + 2);
        if (!/^-[-\w]/.test(next) || !/[\w"'/.]/.test(before)) return [];
        const end = entry.file.text.lastIndexOf("\\", part.at);
        const fix = [{ file: entry.file, from: end, to: end, text: " " }];
        const path = `${entry.section}.${entry.key}`;
        const message = "this word becomes one with the last of the line before";
        return [{ file: entry.file, at: part.at, path, message, hint: "put a blank before the backslash", fix }];
      }),
    ),
  },
  {
    id: "semicolon-comment",
    level: "error",
    what: "A comment starts with a semicolon.",
    why: "Before 5.4 the generator takes it for an assignment and gives the file up; 4.9 does so without a word.",
    instead: "Start it with #.",
    until: "5.4",
    find: onEveryFile((file) =>
      matches(file, /^[ \t]*;/gm, "a comment that starts with ;", 'start it with "#"').map((found) => {
        const at = file.text.indexOf(";", found.at);
        return { ...found, at, fix: [{ file, from: at, to: at + 1, text: "#" }] };
      }),
    ),
  },
  {
    id: "backslash-at-the-end",
    level: "error",
    what: "The last line ends with a backslash, or blanks follow a backslash at the end of a line.",
    why: "Generators before 5.4 hang on the first, and take the second for an ordinary line.",
    instead: "Write the value on one line.",
    until: "5.4",
    find: onEveryFile((file) =>
      matches(
        file,
        /\\([ \t]+$|\r?\n?$(?![\s\S]))/gm,
        "a backslash that no line follows",
        "write the value on one line",
      ),
    ),
  },
  {
    id: "trailing-blank",
    level: "warning",
    what: "An assignment ends with white space.",
    why: "Generators before 5.4 keep it as a part of the value.",
    instead: "Remove it.",
    until: "5.4",
    find: perEntry(KINDS, (entry) => {
      const blanks = /^[ \t]+(?=\r?\n|$)/.exec(entry.file.text.slice(entry.end, entry.end + 200))?.[0];
      if (blanks === undefined) return [];
      const fix = [{ file: entry.file, from: entry.end, to: entry.end + blanks.length, text: "" }];
      const path = `${entry.section}.${entry.key}`;
      return [{ file: entry.file, at: entry.end, path, message: "ends with white space", hint: "remove it", fix }];
    }),
  },
];
