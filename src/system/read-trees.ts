/** Reads files and folders that a person names, whatever lies there: regular files only, and no more than fits. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errorCode } from "./descend.ts";

export interface FoundFile {
  /** As the person would write it. */
  readonly path: string;
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What was not read, in a sentence. */
export interface Unread {
  readonly path: string;
  readonly message: string;
}

export interface Trees {
  readonly files: readonly FoundFile[];
  readonly unread: readonly Unread[];
}

export interface Wanted {
  /** Which files of a folder are read. */
  readonly file: (name: string, folder: string) => boolean;
  /** A folder whose files count, but not the folders in it. */
  readonly isFlat: (name: string) => boolean;
}

/** Quadlets are a few hundred bytes long; a megabyte is no quadlet. */
export const MAX_BYTES = 1024 * 1024;
const MAX_TOTAL = 48 * 1024 * 1024;
const MAX_FILES = 5000;
const MAX_DEPTH = 40;

class Walk implements Trees {
  readonly files: FoundFile[] = [];
  readonly unread: Unread[] = [];
  readonly #wanted: Wanted;
  readonly #folders = new Set<string>();
  readonly #taken = new Set<string>();
  #bytes = 0;
  #entries = 0;
  #isFull = false;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  /** Folders are walked; a file is read whatever it is called. */
  start(path: string): void {
    const stat = this.#stat(path);
    if (stat?.isDirectory() === true) this.folder(path, stat, 0);
    else if (stat !== undefined) this.file(path, stat);
  }

  folder(path: string, stat: Stats, depth: number): void {
    const id = `${stat.dev}:${stat.ino}`;
    if (this.#folders.has(id) || this.#isFull) return;
    this.#folders.add(id);
    if (depth > MAX_DEPTH) {
      this.unread.push({ path, message: `is deeper than ${MAX_DEPTH} folders and was not read` });
      return;
    }
    for (const name of this.#list(path)) {
      // Bounded, too, where a folder holds a million files of other kinds.
      if (this.#isFull || ++this.#entries > 20 * MAX_FILES) {
        this.#full(path);
        return;
      }
      const child = path.endsWith("/") ? `${path}${name}` : `${path}/${name}`;
      const isWanted = this.#wanted.file(name, resolve(path));
      if (!isWanted && (name === ".git" || name === "node_modules" || this.#wanted.isFlat(basename(resolve(path)))))
        continue;
      const found = this.#stat(child);
      if (found === undefined) continue;
      if (found.isDirectory()) this.folder(child, found, depth + 1);
      else if (isWanted) this.file(child, found);
    }
  }

  file(path: string, stat: Stats): void {
    const absolute = resolve(path);
    if (this.#isFull || this.#taken.has(absolute)) return;
    if (this.files.length >= MAX_FILES || this.#bytes + Math.min(stat.size, MAX_BYTES) > MAX_TOTAL) {
      this.#full(path);
      return;
    }
    const bytes = this.#read(path, stat);
    if (bytes === undefined) return;
    this.#taken.add(absolute);
    this.#bytes += bytes.length;
    this.files.push({ path, folder: dirname(absolute), name: basename(absolute), bytes });
  }

  #full(path: string): void {
    if (!this.#isFull) {
      this.unread.push({
        path,
        message: `is more than the ${MAX_FILES} files, or ${MAX_TOTAL >> 20} MiB, that are read at once; check fewer`,
      });
    }
    this.#isFull = true;
  }

  #read(path: string, stat: Stats): Uint8Array | undefined {
    const kind = kindOf(stat);
    if (kind !== undefined) return this.#refuse(path, `is ${kind}, and no file`);
    let descriptor: number | undefined;
    try {
      // Not blocking, and looked at once more: what is opened may be another than what was looked at.
      descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
      const opened = fstatSync(descriptor);
      if (!opened.isFile()) return this.#refuse(path, `is ${kindOf(opened) ?? "no file"}`);
      if (opened.size > MAX_BYTES)
        return this.#refuse(path, `has ${opened.size} bytes; more than ${MAX_BYTES} is no unit file`);
      const bytes = readFileSync(descriptor);
      return bytes.length > MAX_BYTES ? this.#refuse(path, "grows while it is read") : bytes;
    } catch (error) {
      return this.#refuse(path, `cannot be read (${errorCode(error) ?? "unknown error"})`);
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  #list(path: string): readonly string[] {
    try {
      return readdirSync(path).sort();
    } catch (error) {
      this.unread.push({ path, message: `cannot be read (${errorCode(error) ?? "unknown error"})` });
      return [];
    }
  }

  #stat(path: string): Stats | undefined {
    try {
      return statSync(path);
    } catch (error) {
      const code = errorCode(error);
      const why =
        code === "ENOENT"
          ? "is not there"
          : code === "ELOOP"
            ? "is a link in a circle"
            : `cannot be read (${code ?? "unknown error"})`;
      this.unread.push({ path, message: why });
      return undefined;
    }
  }

  #refuse(path: string, message: string): undefined {
    this.unread.push({ path, message });
    return undefined;
  }
}

export function kindOf(stat: Stats): string | undefined {
  if (stat.isFIFO()) return "a pipe";
  if (stat.isSocket()) return "a socket";
  if (stat.isCharacterDevice() || stat.isBlockDevice()) return "a device";
  return stat.isDirectory() ? "a folder" : undefined;
}

export function readTrees(paths: readonly string[], wanted: Wanted): Trees {
  const walk = new Walk(wanted);
  for (const path of paths) walk.start(path);
  return walk;
}

/** The files of one folder, not of those in it; nothing is said about what cannot be read. */
export function readBeside(folder: string, wanted: (name: string) => boolean, limit: number): readonly FoundFile[] {
  const walk = new Walk({ file: wanted, isFlat: () => true });
  try {
    for (const name of readdirSync(folder).sort().filter(wanted).slice(0, limit)) {
      const path = join(folder, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isFile() === true) walk.file(path, stat);
    }
  } catch {
    // A folder that cannot be listed holds nothing that could be referred to.
  }
  return walk.files;
}
