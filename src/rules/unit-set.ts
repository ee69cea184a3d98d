/** What is checked together: units with their drop-ins merged in, as the generator puts them together. */
import { KINDS, type Kind } from "../model/quadlet-file.ts";
import type { QuadletKey, SplitMode } from "../quadlet/key.ts";
import { findKey } from "../quadlet/keys.ts";
import { type ReadComment, type ReadEntry, type ReadFault, type ReadSection, readUnit } from "../quadlet/read.ts";
import { splitBundle } from "./bundle.ts";
import { dropInFolders } from "./drop-ins.ts";

/** A file as it was read. */
export interface SourceFile {
  /** As it is shown. */
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly text: string;
  /** Read only because others may refer to it: no findings. */
  readonly context?: boolean;
}

export { KINDS, type Kind };

interface In {
  readonly file: SourceFile;
}
export type Entry = ReadEntry &
  In & {
    /** What quadlet knows it as, and how the generator reads it; undefined where it is none of its keys. */
    readonly known: QuadletKey | undefined;
    readonly mode: SplitMode | undefined;
  };
export type Section = ReadSection & In;
export type Fault = ReadFault & In;
export type Comment = ReadComment & In;

export interface Unit {
  readonly name: string;
  readonly kind: Kind;
  /** [Container] for a .container. */
  readonly section: string;
  readonly file: SourceFile;
  /** Where it begins in its file, which is not 0 in a bundle only. */
  readonly start: number;
  readonly dropIns: readonly SourceFile[];
  readonly sections: readonly Section[];
  readonly entries: readonly Entry[];
  readonly comments: readonly Comment[];
  readonly faults: readonly Fault[];
  readonly bySection: ReadonlyMap<string, ReadonlyMap<string, readonly Entry[]>>;
}

export interface UnitSet {
  readonly files: readonly SourceFile[];
  readonly units: readonly Unit[];
  readonly byName: ReadonlyMap<string, Unit>;
  /** Units that are not read, since another folder has one of that name. */
  readonly shadowed: readonly { readonly unit: Unit; readonly by: Unit }[];
  /** Drop-ins that belong to no unit. */
  readonly orphans: readonly SourceFile[];
}

export function kindOf(name: string): Kind | undefined {
  const suffix = name.slice(name.lastIndexOf(".") + 1);
  return KINDS.find((kind) => kind === suffix && name.length > kind.length + 1);
}

export function sectionOf(kind: Kind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

const FOLDER = new RegExp(`(^|[./])(${KINDS.join("|")})\\.d$`);

export function isDropIn(file: Pick<SourceFile, "folder" | "name">): boolean {
  return file.name.endsWith(".conf") && FOLDER.test(file.folder);
}

export function makeSet(files: readonly SourceFile[]): UnitSet {
  const dropIns = new Map<string, SourceFile[]>();
  for (const file of files.filter(isDropIn)) {
    const folder = file.folder.slice(file.folder.lastIndexOf("/") + 1);
    const known = dropIns.get(folder);
    if (known === undefined) dropIns.set(folder, [file]);
    else known.push(file);
  }
  const used = new Set<SourceFile>();
  const found = files.filter((file) => !isDropIn(file)).flatMap((file) => unitsOf(file, dropIns, used));
  const byName = new Map<string, Unit>();
  const shadowed: { unit: Unit; by: Unit }[] = [];
  for (const unit of found) {
    const by = byName.get(unit.name);
    if (by === undefined) byName.set(unit.name, unit);
    else shadowed.push({ unit, by });
  }
  const orphans = [...dropIns.values()].flat().filter((file) => !used.has(file));
  return { files, units: [...byName.values()], byName, shadowed, orphans };
}

function unitsOf(
  file: SourceFile,
  dropIns: ReadonlyMap<string, readonly SourceFile[]>,
  used: Set<SourceFile>,
): readonly Unit[] {
  const parts = file.name.endsWith(".quadlets")
    ? splitBundle(file.text)
    : [{ name: file.name, from: 0, to: file.text.length }];
  return parts.flatMap(({ name, from, to }) => {
    const kind = name === undefined ? undefined : kindOf(name);
    if (name === undefined || kind === undefined) return [];
    const own = new Map<string, SourceFile>();
    for (const folder of dropInFolders(name)) {
      for (const dropIn of dropIns.get(folder) ?? []) {
        used.add(dropIn);
        if (!own.has(dropIn.name)) own.set(dropIn.name, dropIn);
      }
    }
    const sorted = [...own].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, dropIn]) => dropIn);
    return [makeUnit(name, kind, file, sorted, from, to)];
  });
}

/** Each field by its name: there are very many of these, and a spread takes several times as long. */
function asEntry(entry: ReadEntry, file: SourceFile, own: string): Entry {
  const { section, key, value, at, end, parts } = entry;
  const known = section === own || section === "Quadlet" ? findKey(section, key) : undefined;
  return { section, key, value, at, end, parts, file, known, mode: known?.split };
}

function makeUnit(
  name: string,
  kind: Kind,
  file: SourceFile,
  dropIns: readonly SourceFile[],
  from: number,
  to: number,
): Unit {
  // What follows a byte order mark is read all the same, so that its faults are seen, too.
  const start = file.text.charCodeAt(from) === 0xfeff ? from + 1 : from;
  const section = sectionOf(kind);
  const read = [
    { file, read: readUnit(file.text, start, to) },
    ...dropIns.map((dropIn) => ({ file: dropIn, read: readUnit(dropIn.text) })),
  ];
  const entries = read.flatMap((one) => one.read.entries.map((entry) => asEntry(entry, one.file, section)));
  const bySection = new Map<string, Map<string, Entry[]>>();
  for (const entry of entries) {
    const keys = bySection.get(entry.section) ?? new Map<string, Entry[]>();
    bySection.set(entry.section, keys);
    const known = keys.get(entry.key);
    if (known === undefined) keys.set(entry.key, [entry]);
    else known.push(entry);
  }
  return {
    name,
    kind,
    section,
    file,
    start: from,
    dropIns,
    entries,
    bySection,
    sections: read.flatMap((one) => one.read.sections.map((section) => ({ ...section, file: one.file }))),
    comments: read.flatMap((one) => one.read.comments.map((comment) => ({ ...comment, file: one.file }))),
    faults: read.flatMap((one) => one.read.faults.map((fault) => ({ ...fault, file: one.file }))),
  };
}
