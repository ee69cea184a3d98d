/** Rules about what systemd makes of the generated unit: percent, dollar, and settings that it refuses or ignores. */
import { all, wordsIn } from "./lookup.ts";
import { atEntry, atValue, type Found, perEntry, perUnit, type Rule, replaceValue } from "./rule.ts";
import { type Entry, KINDS, type Unit } from "./unit-set.ts";

/** systemd.unit(5); any other letter or digit behind % is an error. */
const SPECIFIERS = "aAbBCdDEfgGhHiIjJlLmMnNopPqsStTuUvVwWyY%";
/** Set by the manager for every unit, or by systemd for this one. */
const PRESENT = new Set(
  "HOME USER LOGNAME SHELL PATH LANG XDG_RUNTIME_DIR XDG_DATA_DIRS DBUS_SESSION_BUS_ADDRESS MAINPID MANAGERPID INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET LISTEN_FDS CREDENTIALS_DIRECTORY RUNTIME_DIRECTORY STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY CONFIGURATION_DIRECTORY PODMAN_SYSTEMD_UNIT".split(
    " ",
  ),
);

function percents(entry: Entry, test: (letter: string, at: number) => boolean): number | undefined {
  for (let at = entry.value.indexOf("%"); at !== -1; at = entry.value.indexOf("%", at + 2)) {
    if (test(entry.value.charAt(at + 1), at)) return at;
  }
  return undefined;
}

function isRead(entry: Entry): boolean {
  return entry.mode !== undefined && entry.section !== "Quadlet";
}

/** Variables that systemd knows in a unit; undefined where a file may hold any. */
function variables(unit: Unit): ReadonlySet<string> | undefined {
  if (all(unit, "EnvironmentFile", "Service").length > 0) return undefined;
  const own = all(unit, "Environment", "Service").flatMap((entry) =>
    wordsIn(entry, "args").words.map((word) => word.text.split("=")[0] ?? ""),
  );
  const passed = all(unit, "PassEnvironment", "Service").flatMap((entry) => entry.value.split(/\s+/));
  return new Set([...own, ...passed, ...PRESENT]);
}

/** Names that systemd replaces in one word: ${NAME} anywhere, $NAME where it is the whole word. */
function expanded(word: string): readonly { readonly name: string; readonly at: number }[] {
  const found: { name: string; at: number }[] = [];
  const whole = /^\$(?![{$])(.+)$/s.exec(word);
  if (whole?.[1] !== undefined) return [{ name: whole[1], at: 0 }];
  for (const match of word.matchAll(/\$\$|\$\{([^}]*)\}/g)) {
    if (match[1] !== undefined) found.push({ name: match[1].split(/:[-+]/)[0] ?? "", at: match.index });
  }
  return found;
}

function dollars(entry: Entry, unit: Unit): readonly Found[] {
  const mode = entry.mode;
  if (!entry.value.includes("$") || !isRead(entry)) return [];
  const known = variables(unit);
  if (known === undefined) return [];
  const isSplit = mode === "args" || mode === "words" || mode === "keyval";
  const words = isSplit ? wordsIn(entry, mode === "words" ? "words" : "args").words : [{ text: entry.value, at: 0 }];
  // The generator's own words stand before the value of other keys, so that "$NAME" is never a whole word there.
  const isWhole = /^(Exec|PodmanArgs|GlobalArgs)$/.test(entry.key) || !isSplit;
  return words
    .flatMap((word) =>
      expanded(word.text)
        .filter(({ at }) => isWhole || at > 0 || word.text.startsWith("${"))
        .map(({ name, at }) => ({ name, at: word.at + at })),
    )
    .filter(({ name }) => !known.has(name))
    .slice(0, 1)
    .map(({ name, at }) => {
      const shown = /^\w+$/.test(name) ? name : "it";
      const message = `systemd replaces $${/^\w+$/.test(name) ? `{${name}}` : name} before the container starts, and by nothing: the unit does not set ${shown}`;
      return atValue(entry, at, message, "write $$ for a dollar sign, or set it by Environment= in [Service]");
    });
}

export const systemdRules: readonly Rule[] = [
  {
    id: "percent",
    level: "error",
    what: "A percent sign is followed by a letter or digit that is no specifier of systemd.",
    why: "systemd refuses the line that starts the container, so the unit does not load.",
    instead: "%% for a percent sign.",
    find: perEntry(KINDS, (entry) => {
      const isOurs = isRead(entry) || (entry.section === "Service" && /^Exec/.test(entry.key));
      const at = isOurs
        ? percents(entry, (letter) => /[A-Za-z0-9]/.test(letter) && !SPECIFIERS.includes(letter))
        : undefined;
      if (at === undefined) return [];
      const shown = entry.value.slice(at, at + 2);
      const fix = replaceValue(
        entry,
        entry.value.replace(/%%|%(?=[A-Za-z0-9])/g, (all, index: number) => {
          const letter = entry.value.charAt(index + 1);
          return all === "%%" || SPECIFIERS.includes(letter) ? all : "%%";
        }),
      );
      return [
        atValue(
          entry,
          at,
          `systemd knows no specifier ${shown} and refuses the unit`,
          "write %% for a percent sign",
          fix,
        ),
      ];
    }),
  },
  {
    id: "character-0080",
    level: "error",
    what: "A value holds the character U+0080, as it is or as \\x80, \\u0080 or \\200.",
    why: "The generator writes it as a byte that is no UTF-8, and systemd ignores the line that starts the container.",
    instead: "Another character: it is a control character that nobody means.",
    find: perEntry(KINDS, (entry) => {
      const mode = entry.mode;
      if (mode === undefined || !/[\u0080\\]/.test(entry.value)) return [];
      const isWords = mode === "args" || mode === "keyval";
      const text = isWords
        ? wordsIn(entry, "args")
            .words.map((word) => word.text)
            .join(" ")
        : entry.value;
      const path = `${entry.section}.${entry.key}`;
      return !text.includes("\u0080")
        ? []
        : [{ file: entry.file, at: entry.at, path, message: "holds U+0080, which systemd refuses", hint: "remove it" }];
    }),
  },
  {
    id: "percent-by-accident",
    level: "warning",
    what: "A percent sign of a date format or an encoded address is a specifier of systemd.",
    why: "systemd replaces it: %H by the name of the host, %d by a directory, and so on.",
    instead: "%% for a percent sign.",
    find: perEntry(KINDS, (entry) => {
      if (!isRead(entry)) return [];
      const date = /(?<!%)%[YmdHMSyjbBaAeIpsfTDF][-:/. _T]?%[YmdHMSyjbBaAeIpsfTDF]/.exec(entry.value);
      const encoded = /:\/\/[^\s"']*?(?<!%)(%[A-Fa-f][0-9A-Fa-f])/.exec(entry.value);
      const at = date?.index ?? (encoded === null ? undefined : encoded.index + encoded[0].length - 3);
      if (at === undefined) return [];
      return [atValue(entry, at, `systemd replaces ${entry.value.slice(at, at + 2)}`, "write %% for a percent sign")];
    }),
  },
  {
    id: "dollar",
    level: "warning",
    what: "A variable in a value is one that systemd does not know.",
    why: "systemd replaces it by nothing before podman runs; Environment= and EnvironmentFile= of [Container] are for the container only.",
    instead: "$$ where the program or shell in the container is to see it; or Environment= in [Service].",
    find: perEntry(["container", "pod", "kube", "build", "network", "volume", "image", "artifact"], dollars),
  },
  {
    id: "percent-in-service",
    level: "warning",
    what: "An unknown specifier in a setting of [Unit] or [Service].",
    why: "systemd ignores the line.",
    instead: "%% for a percent sign.",
    find: perUnit(KINDS, (unit) =>
      unit.entries
        .filter((entry) => entry.section === "Unit" || (entry.section === "Service" && !/^Exec/.test(entry.key)))
        .filter((entry) => !/%$|^\d+%$/.test(entry.value))
        .flatMap((entry) => {
          const at = percents(entry, (letter) => /[A-Za-z0-9]/.test(letter) && !SPECIFIERS.includes(letter));
          if (at === undefined) return [];
          const shown = entry.value.slice(at, at + 2);
          return [
            atEntry(entry, `systemd knows no specifier ${shown} and ignores the line`, "write %% for a percent sign"),
          ];
        }),
    ),
  },
];
