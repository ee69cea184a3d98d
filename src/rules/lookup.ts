/** Values of a unit as the generator looks them up. */

import { trimEndSpace } from "../quadlet/read.ts";
import { isAtLeast, isAtLeastExactly } from "../quadlet/version.ts";
import { lookedUp, splitWords, type Word, type Words } from "../quadlet/words.ts";
import type { Context } from "./rule.ts";
import { type Entry, KINDS, type Kind, sectionOf, type Unit } from "./unit-set.ts";

/** Of a key that a unit does not have, as of most. */
const NONE: readonly never[] = [];

export function entriesFor(unit: Unit, section: string, key: string): readonly Entry[] {
  return unit.bySection.get(section)?.get(key) ?? NONE;
}

export function last(unit: Unit, key: string, section = unit.section): Entry | undefined {
  return entriesFor(unit, section, key).at(-1);
}

/** Without those that an empty assignment takes back. */
export function all(unit: Unit, key: string, section = unit.section): readonly Entry[] {
  const entries = entriesFor(unit, section, key);
  if (entries === NONE) return NONE;
  return entries.slice(entries.findLastIndex((entry) => entry.value === "") + 1);
}

/** Lookup: the last one, without its quotes; "" where it is empty or missing. */
export function settingOf(unit: Unit, key: string, context: Context, section = unit.section): string {
  const entry = last(unit, key, section);
  return entry === undefined ? "" : unquoted(entry.value, context);
}

/** As the generator sees it, which then reports nothing to systemd by itself. */
export function isOneshot(unit: Unit, context: Context): boolean {
  return settingOf(unit, "Type", context, "Service") === "oneshot";
}

export function unquoted(value: string, context: Context): string {
  return lookedUp(trimEndSpace(value), isAtLeastExactly(context.podman, "5.8.2"));
}

export interface PlacedWord extends Word {
  readonly entry: Entry;
}

const taken = { args: new WeakMap<Entry, Words>(), words: new WeakMap<Entry, Words>() };

/** A dozen rules take the same value apart. */
export function wordsIn(entry: Entry, mode: "args" | "words"): Words {
  const known = taken[mode].get(entry) ?? splitWords(entry.value, mode);
  taken[mode].set(entry, known);
  return known;
}

/** Every word of every assignment that counts; what cannot be taken apart is left out, as the generator does. */
export function wordsOf(
  unit: Unit,
  key: string,
  mode: "args" | "words",
  section = unit.section,
): readonly PlacedWord[] {
  const entries = all(unit, key, section);
  if (entries === NONE) return NONE;
  return entries.flatMap((entry) => {
    const { words, fault } = wordsIn(entry, mode);
    if (fault?.kind === "escape" || (fault?.kind === "unbalanced" && mode === "words")) return [];
    return words.map((word) => ({ ...word, entry }));
  });
}

const TRUE = /^(1|yes|true|on)$/i;

export function isTrue(unit: Unit, key: string, context: Context, fallback: boolean, section = unit.section): boolean {
  return last(unit, key, section) === undefined ? fallback : TRUE.test(settingOf(unit, key, context, section));
}

/** Whether systemd expands specifiers and variables in it, or it is only for the generator. */
export function isExpandable(value: string): boolean {
  return /[%$]/.test(value);
}

const SUFFIX: Readonly<Record<Kind, string>> = {
  container: "",
  kube: "",
  pod: "-pod",
  volume: "-volume",
  network: "-network",
  image: "-image",
  build: "-build",
  artifact: "-artifact",
};

/** The service that becomes of a unit, with its suffix. */
export function serviceOf(unit: Unit, context: Context): string {
  const entry = last(unit, "ServiceName");
  return entry === undefined
    ? defaultService(unit.name, unit.kind, context.podman)
    : `${unquoted(entry.value, context)}.service`;
}

export function defaultService(name: string, kind: Kind, podman: string): string {
  const base = name.slice(0, -kind.length - 1);
  // Before 5.7 the suffix of a template lands behind its "@".
  const isTemplate = base.endsWith("@") && isAtLeast(podman, "5.7");
  return isTemplate ? `${base.slice(0, -1)}${SUFFIX[kind]}@.service` : `${base}${SUFFIX[kind]}.service`;
}

const NAME_KEYS: Partial<Record<Kind, string>> = {
  container: "ContainerName",
  pod: "PodName",
  network: "NetworkName",
  volume: "VolumeName",
};

export function nameKey(kind: Kind): string | undefined {
  return NAME_KEYS[kind];
}

/** What the thing is called in podman; undefined where only systemd knows. */
export function objectName(unit: Unit, context: Context): string | undefined {
  const key = nameKey(unit.kind);
  if (key === undefined) return undefined;
  const own = settingOf(unit, key, context);
  const base = unit.name.slice(0, -unit.kind.length - 1);
  const service = serviceOf(unit, context).replace(/\.service$/, "");
  if (own === "") return unit.name.includes("@") ? undefined : `systemd-${unit.kind === "container" ? service : base}`;
  const resolved = own.replaceAll("%N", service);
  return isExpandable(resolved) ? undefined : resolved;
}

export const ALL_SECTIONS: readonly string[] = KINDS.map(sectionOf);
