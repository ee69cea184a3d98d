/** Which files `check` reads: those that are named, their drop-ins, and what lies beside them for references. */
import { basename, dirname, resolve } from "node:path";
import { decodeBytes } from "../quadlet/bytes.ts";
import { dropInFolders } from "../rules/drop-ins.ts";
import { isDropIn, kindOf, type SourceFile } from "../rules/unit-set.ts";
import { isFolder } from "../system/look-at.ts";
import { type FoundFile, readBeside, readTrees, type Trees, type Unread } from "../system/read-trees.ts";

const BESIDE = 2000;

function isQuadlet(name: string): boolean {
  return kindOf(name) !== undefined || name.endsWith(".quadlets");
}

/** What is no quadlet, no drop-in and no folder is taken for a stack file. */
export function isQuadletArgument(path: string): boolean {
  const absolute = resolve(path);
  const file = { name: basename(absolute), folder: dirname(absolute) };
  return isQuadlet(file.name) || isForeign(path) || isDropIn(file) || isFolder(path);
}

/** A unit that systemd reads itself, which no rule is about. */
export function isForeign(path: string): boolean {
  return /\.(socket|service|timer|path|target|mount|slice)$/.test(basename(path)) && !isFolder(path);
}

export function readQuadlets(paths: readonly string[]): {
  readonly files: readonly SourceFile[];
  readonly unread: readonly Unread[];
} {
  const wanted = {
    file: (name: string, folder: string) => isQuadlet(name) || isDropIn({ name, folder }),
    isFlat: (name: string) => name.endsWith(".d"),
  };
  const named = readTrees(paths, wanted);
  const own = ownDropIns(named, paths);
  const files = [...named.files, ...own.files];
  const taken = new Set(files.map((file) => `${file.folder}/${file.name}`));
  const context = foldersOf(named, paths).flatMap((folder) =>
    readBeside(folder, (name) => isQuadlet(name) && !taken.has(`${folder}/${name}`), BESIDE),
  );
  return {
    files: [...files.map((file) => asSource(file, false)), ...context.map((file) => asSource(file, true))],
    unread: [...named.unread, ...own.unread],
  };
}

/** Drop-ins that lie beside a file which was named itself, and not with its folder. */
function ownDropIns(named: Trees, paths: readonly string[]): Trees {
  const folders = named.files
    .filter((file) => paths.includes(file.path) && kindOf(file.name) !== undefined)
    .flatMap((file) => dropInFolders(file.name).map((name) => `${dirname(file.path)}/${name}`))
    .filter((path) => isFolder(path));
  const taken = new Set(named.files.map((file) => `${file.folder}/${file.name}`));
  const found = readTrees([...new Set(folders)], {
    file: (name, folder) => isDropIn({ name, folder }),
    isFlat: () => true,
  });
  return {
    ...found,
    unread: found.unread,
    files: found.files.filter((file) => !taken.has(`${file.folder}/${file.name}`)),
  };
}

/** Where others lie that a file may refer to: a drop-in belongs to what is beside its folder. */
function foldersOf(named: Trees, paths: readonly string[]): readonly string[] {
  const single = named.files.filter((file) => paths.includes(file.path) || isDropIn(file));
  return [...new Set(single.map((file) => (isDropIn(file) ? dirname(file.folder) : file.folder)))];
}

function asSource(file: FoundFile, context: boolean): SourceFile {
  const path = file.path.replace(/^\.\//, "");
  return { path, folder: file.folder, name: file.name, text: decodeBytes(file.bytes), ...(context ? { context } : {}) };
}
