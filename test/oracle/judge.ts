/** Where `check` and the generator disagree about files: four kinds, each with what it is about. */
import { isAtLeast } from "../../src/quadlet/version.ts";
import { type Finding, findAll } from "../../src/rules/findings.ts";
import { serviceOf } from "../../src/rules/lookup.ts";
import { KINDS, makeSet, type Unit } from "../../src/rules/unit-set.ts";
import { sources, type Texts } from "../rules/cases.ts";
import { meaningOf } from "./commands.ts";
import type { Made, Outcome } from "./generator.ts";
import type { Claim } from "./meaning.ts";
import { commandWords } from "./words.ts";

export interface Disagreement {
  readonly kind: "refused and silent" | "false alarm" | "differs" | "crash";
  readonly unit: string;
  /** Without names and values, so that alike ones can be counted. */
  readonly about: string;
  readonly detail: string;
}

export interface Verdict {
  readonly refused: number;
  readonly accepted: number;
  readonly clean: number;
  readonly disagreements: readonly Disagreement[];
}

/** Rules that say that no unit comes out of the file. What podman and systemd refuse later, the generator cannot confirm. */
export const REFUSALS: ReadonlySet<string> = new Set(
  `byte-order-mark no-assignment before-section section-name unknown-key key-too-new kind-too-new no-image image-and-rootfs
  group-without-user remap-and-mapping remap expose-format reload-twice mount-crash mount-without-source mount-without-type
  mount-source-without-value mount-format gateway-without-subnet image-driver-without-image volume-without-device
  no-image-to-pull no-artifact no-image-tag no-build-context set-working-directory no-yaml missing-file
  network-of-a-container network-of-an-unnamed dependency-missing pod-not-a-file kill-mode service-type`.split(/\s+/),
);
/** Those that take the other units of the folder down with them. */
const WIDE = /^(byte-order-mark|no-assignment|before-section|section-name|semicolon-comment|mount-crash|path-crash)$/;

export function judge(texts: Texts, podman: string, outcome: Outcome): Verdict {
  const files = sources(texts);
  const set = makeSet(files);
  const findings = findAll(files, { podman, rootful: false });
  const errors = findings.filter((finding) => finding.level === "error");
  const disagreements: Disagreement[] = [];
  let [refused, clean] = [0, 0];
  for (const unit of set.units) {
    const made = outcome.made.get(unit.name);
    const paths = [unit.file, ...unit.dropIns].map((file) => file.path);
    const own = findings.filter((finding) => paths.includes(finding.file));
    const add = (kind: Disagreement["kind"], about: string, detail: string): void => {
      disagreements.push({ kind, unit: unit.name, about, detail });
    };
    if (made === undefined) {
      refused++;
      const isKnown = own.some((finding) => finding.level === "error") || errors.some(({ rule }) => WIDE.test(rule));
      const why = reason(outcome.said, unit.name);
      if (!isKnown) add("refused and silent", plain(why), why);
      continue;
    }
    if (own.length === 0) clean++;
    const wrong = own.filter((finding) => REFUSALS.has(finding.rule) && finding.file === unit.file.path);
    for (const finding of wrong) add("false alarm", finding.rule, `${finding.path}: ${finding.message}`);
    if (wrong.length > 0) continue;
    for (const [path, detail] of differences(
      unit,
      made,
      meaningOf(unit, set, podman),
      podman,
      serviceOf(unit, { set, podman, rootful: false }),
    )) {
      if (!isTold(path, unit, own, errors)) add("differs", path, detail);
    }
  }
  if (outcome.code !== 0 && outcome.code !== 1 && errors.length === 0) {
    disagreements.push({ kind: "crash", unit: "", about: "crash", detail: outcome.said.slice(0, 300) });
  }
  return { refused, accepted: set.units.length - refused, clean, disagreements };
}

/** By its place or its name, or at what it refers to. */
function isTold(path: string, unit: Unit, own: readonly Finding[], errors: readonly Finding[]): boolean {
  const told = own.filter((finding) => finding.level !== "hint");
  const section = path.replace(/\..*/s, "");
  const keys = path.slice(section.length + 1);
  const places = keys.split("|").map((key) => (key.includes(".") ? key : `${section}.${key}`));
  if (keys === "(more)" && told.length > 0) return true;
  if (told.some((finding) => places.includes(finding.path) || finding.path === "" || path === "")) return true;
  const values = unit.entries
    .filter((entry) => places.includes(`${entry.section}.${entry.key}`))
    .map((entry) => entry.value);
  return errors.some(({ file }) => values.some((value) => value.includes(file.slice(file.lastIndexOf("/") + 1))));
}

type Difference = readonly [path: string, detail: string];

function differences(
  unit: Unit,
  made: Made,
  meaning: ReturnType<typeof meaningOf>,
  podman: string,
  service: string,
): readonly Difference[] {
  const found: Difference[] = [];
  if (made.service !== service) found.push([`${unit.section}.ServiceName`, `${made.service} for ${service}`]);
  return [...found, ...lineDifferences(unit, made, podman), ...wordDifferences(unit, made, meaning)];
}

/** Each assignment stands in the generated unit as it was read, in its order. */
function lineDifferences(unit: Unit, made: Made, podman: string): readonly Difference[] {
  const found: Difference[] = [];
  const sections = new Set(unit.entries.map((entry) => entry.section));
  for (const section of sections) {
    const isOurs = section === unit.section || section === "Quadlet";
    const there = made.lines
      .filter(([name]) => name === (isOurs ? `X-${section}` : section))
      .map(([, ...line]) => line);
    for (const { key, value } of unit.entries.filter((entry) => entry.section === section)) {
      const at = there.findIndex(([name, text]) => name === key && text === value);
      if (at !== -1) there.splice(at, 1);
      else if (section === "Unit" && isTranslated(unit, key, podman)) continue;
      else found.push([`${section}.${key}`, `${JSON.stringify(value)} is not in ${JSON.stringify(there)}`]);
    }
  }
  return found;
}

/** Dependencies on quadlets become one line with the names of their services. */
function isTranslated(unit: Unit, key: string, podman: string): boolean {
  const values = unit.entries
    .filter((entry) => entry.section === "Unit" && entry.key === key)
    .map(({ value }) => value);
  return isAtLeast(podman, "5.5") && values.some((value) => KINDS.some((kind) => value.includes(`.${kind}`)));
}

const BASE: Readonly<Record<string, readonly string[]>> = {
  Container: ["--cidfile=%t/%N.cid", "--replace", "--rm", "--cgroups=split", "--entrypoint="],
  Pod: ["--infra-conmon-pidfile=%t/%N.pid", "--pod-id-file=%t/%N.pod-id", "--replace"],
  Kube: ["--replace", "--service-container=true"],
};

function wordDifferences(
  unit: Unit,
  made: Made,
  { command, head, claims, tail }: ReturnType<typeof meaningOf>,
): readonly Difference[] {
  const found: Difference[] = [];
  const line = made.lines.findLast(([section, key]) => section === "Service" && key === command)?.[2] ?? "";
  const read = commandWords(line);
  if (read === undefined) {
    // Where it comes from, only its own rule can tell.
    return [["", `systemd refuses ${line}`]];
  }
  let words = [...read];
  const differ = (key: string, what: string): void => {
    found.push([`${unit.section}.${key}`, `${what} in ${line}`]);
  };
  const begins = ["/usr/bin/podman", ...head];
  if (begins.every((word, index) => words[index] === word)) words = words.slice(begins.length);
  else differ("GlobalArgs|ContainersConfModule", `does not begin with ${JSON.stringify(head)}`);
  let isWhole = true;
  for (const claim of [...tail].reverse()) {
    const length = claim.words?.length ?? 0;
    if (claim.words !== undefined && isAt(words, words.length - length, claim.words))
      words.splice(words.length - length);
    else {
      differ(claim.key, `does not end with ${JSON.stringify(claim.words)}`);
      isWhole = false;
      break;
    }
  }
  for (const claim of longestFirst(claims)) {
    const wanted = claim.key.endsWith("Capability") ? claim.words?.map((word) => word.toLowerCase()) : claim.words;
    const places = [wanted, wanted?.length === 2 ? [wanted.join("=")] : undefined].map((some) =>
      findWords(words, some),
    );
    const place = places.find(({ at }) => at !== -1);
    if (place !== undefined) words.splice(place.at, place.length);
    else if (claim.optional !== true) {
      differ(claim.key, `no ${JSON.stringify(wanted)}`);
      isWhole = false;
    }
  }
  const more = words.filter((word) => !(BASE[unit.section] ?? []).includes(word));
  if (isWhole && more.length > 0) found.push([`${unit.section}.(more)`, `${JSON.stringify(more)} in ${line}`]);
  return found;
}

function longestFirst(claims: readonly Claim[]): readonly Claim[] {
  return [...claims].sort((a, b) => (b.words?.length ?? 0) - (a.words?.length ?? 0));
}

function findWords(words: readonly string[], wanted: readonly string[] | undefined) {
  const at = wanted === undefined ? -1 : words.findIndex((_, index) => isAt(words, index, wanted));
  return { at, length: wanted?.length ?? 0 };
}

function isAt(words: readonly string[], at: number, wanted: readonly string[]): boolean {
  return at >= 0 && wanted.every((word, index) => words[at + index] === word);
}

function reason(said: string, unit: string): string {
  const lines = said.split("\n");
  return (
    lines.find((line) => line.includes(unit)) ?? lines.find((line) => /panic|error/.test(line)) ?? said.slice(0, 300)
  );
}

/** Names and values of one case out of a message. */
function plain(message: string): string {
  return message
    .replace(/["'“][^"'”]*["'”]/g, "…")
    .replace(/\S*\/\S+/g, "…")
    .replace(/line \d+/g, "line")
    .replace(/[\w@-]+\.(container|pod|network|volume|image|build|kube|artifact)/g, "…")
    .replace(/\[\d+\]/g, "[]")
    .slice(0, 120);
}
