/** Rules about what the generator replaces or takes for something else: settings of [Service], and empty assignments. */
import { entriesFor, isOneshot, last, settingOf } from "./lookup.ts";
import { atEntry, perEntry, perUnit, type Rule } from "./rule.ts";
import { KINDS, type Kind } from "./unit-set.ts";
import { BOOLEANS } from "./values.ts";

/** Keys whose option is written though there is nothing to write behind it. */
const EMPTY_OPTIONS: readonly (readonly [key: string, kinds: readonly Kind[]])[] = [
  ["LogDriver", ["container", "kube"]],
  ["SeccompProfile", ["container"]],
  ["Driver", ["volume"]],
  ["ExitPolicy", ["pod"]],
];

/** Left out these are false as well. */
const FALSE_ANYWAY =
  /^(NoNewPrivileges|SecurityLabelDisable|SecurityLabelNested|VolatileTmp|Notify|NetworkDeleteOnStop)$/;

export const replacedRules: readonly Rule[] = [
  {
    id: "notify-access",
    level: "warning",
    what: "NotifyAccess= in [Service] of a container or .kube.",
    why: "The generator puts all in its place, unless Type= is oneshot.",
    instead: "Nothing.",
    find: perUnit(["container", "kube"], (unit, context) => {
      const entry = entriesFor(unit, "Service", "NotifyAccess").at(-1);
      const isKept = entry?.value === "all" || isOneshot(unit, context);
      return entry === undefined || isKept ? [] : [atEntry(entry, "quadlet puts all in its place", "remove it")];
    }),
  },
  {
    id: "environment-of-a-pod",
    level: "warning",
    what: "Environment= in [Service] of a .pod.",
    why: "Before 5.6 the generator writes PODMAN_SYSTEMD_UNIT over the last such line.",
    instead: "A last line for it to write over: Environment=PODMAN_SYSTEMD_UNIT=%n.",
    until: "5.6",
    find: perUnit(["pod"], (unit) => {
      const entry = entriesFor(unit, "Service", "Environment").at(-1);
      const isOwn = entry === undefined || entry.value === "PODMAN_SYSTEMD_UNIT=%n";
      const hint = "write Environment=PODMAN_SYSTEMD_UNIT=%n behind it";
      return isOwn ? [] : [atEntry(entry, "quadlet writes its own over the last Environment=", hint)];
    }),
  },
  {
    id: "empty-option",
    level: "error",
    what: "LogDriver=, SeccompProfile=, ExitPolicy=, or Driver= of a volume is empty.",
    why: "The generator writes the option with nothing behind it, and podman takes the next word for its value.",
    instead: "A value, or no such line.",
    find: perUnit(KINDS, (unit, context) =>
      EMPTY_OPTIONS.filter(([, kinds]) => kinds.includes(unit.kind)).flatMap(([key]) => {
        const entry = last(unit, key);
        if (entry === undefined || settingOf(unit, key, context) !== "") return [];
        return [atEntry(entry, "podman gets the option without its value", "write one, or remove the line")];
      }),
    ),
  },
  {
    id: "empty-boolean",
    level: "warning",
    what: "A boolean is empty.",
    why: "It counts as false, and not as left out: TLSVerify= alone switches the check off.",
    instead: "false, or no such line.",
    find: perEntry(KINDS, (entry, unit, context) => {
      const isOurs = entry.section === unit.section || entry.section === "Quadlet";
      if (!isOurs || !BOOLEANS.has(entry.key) || FALSE_ANYWAY.test(entry.key)) return [];
      const isLast = last(unit, entry.key, entry.section) === entry;
      return isLast && settingOf(unit, entry.key, context, entry.section) === ""
        ? [atEntry(entry, "counts as false, and not as left out", "write false, or remove the line")]
        : [];
    }),
  },
];
