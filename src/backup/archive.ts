/** Writes the archive of a backup and reads it again: entries one behind the other, each with its checksum. */
import { createHash } from "node:crypto";
import { type UserError, userError } from "../model/diagnostic.ts";
import { visible } from "../model/visible.ts";
import type { BulkFile, NewFile } from "../system/interfaces.ts";
import {
  ABOUT,
  type About,
  type BackedPart,
  MANIFEST,
  type Manifest,
  parseAbout,
  parseManifest,
  VERSION,
} from "./manifest.ts";
import { BLOCK, END_BLOCKS, header, padding, parseHeader } from "./tar.ts";

const CHUNK = 1024 * 1024;
/** A manifest has a line for each part: what is larger is none. */
const MAX_TEXT = 4 * 1024 * 1024;

export type Written = Pick<BackedPart, "file" | "size" | "sha256">;

export interface ArchiveWriter {
  /** The size is known only afterwards: the header is written over then. */
  add(name: string, fill: (onChunk: (chunk: Uint8Array) => void) => Promise<void>): Promise<Written>;
  addText(name: string, text: string): Promise<Written>;
  end(): void;
}

export function writeArchive(file: NewFile, time: Date): ArchiveWriter {
  const add: ArchiveWriter["add"] = async (name, fill) => {
    const start = file.size;
    const hash = createHash("sha256");
    file.append(header({ name, size: 0 }, time));
    await fill((chunk) => {
      hash.update(chunk);
      file.append(chunk);
    });
    const size = file.size - start - BLOCK;
    file.append(new Uint8Array(padding(size)));
    file.patch(start, header({ name, size }, time));
    return { file: name, size, sha256: hash.digest("hex") };
  };
  return {
    add,
    addText: (name, text) => add(name, async (onChunk) => onChunk(new TextEncoder().encode(text))),
    end: () => file.append(new Uint8Array(END_BLOCKS * BLOCK)),
  };
}

/** Where the bytes of an entry are. */
interface Span {
  readonly position: number;
  readonly size: number;
}

export interface Archive {
  readonly file: BulkFile;
  readonly path: string;
  readonly manifest: Manifest;
  readonly spans: ReadonlyMap<string, Span>;
}

/** Throws a UserError that says why this is no whole backup; the contents are looked at by verifyArchive. */
export function readArchive(file: BulkFile, path: string): Archive {
  const about = readAbout(file, path);
  if (about.version > VERSION) {
    throw userError(
      "newer-program",
      `${path}: was written by a newer program (version ${about.version} of its form, this one knows ${VERSION})`,
      `use install-quadlets ${visible(about.tool)} or newer`,
    );
  }
  const spans = readSpans(file, path);
  const manifest = parseManifest(textOf(file, spans.get(MANIFEST)));
  if (manifest === undefined) throw damaged(path, "its list of contents cannot be read");
  for (const part of manifest.parts) {
    if (spans.get(part.file)?.size !== part.size) throw damaged(path, `${visible(part.name)} is not whole`);
  }
  return { file, path, manifest, spans };
}

/** Reads every part to its end and compares checksums. */
export async function verifyArchive(
  { file, path, manifest, spans }: Archive,
  onBytes: (count: number) => void,
): Promise<void> {
  for (const part of manifest.parts) {
    const span = spans.get(part.file);
    const hash = createHash("sha256");
    for (const chunk of chunksOf(file, span)) {
      hash.update(chunk);
      onBytes(chunk.length);
      // Otherwise nobody would hear Ctrl-C until the end.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (hash.digest("hex") !== part.sha256) throw damaged(path, `${visible(part.name)} is not what was written`);
  }
}

export function* chunksOf(file: BulkFile, span: Span | undefined): Generator<Uint8Array> {
  if (span === undefined) return;
  for (let done = 0; done < span.size; ) {
    const chunk = file.read(span.position + done, Math.min(CHUNK, span.size - done));
    if (chunk.length === 0) throw userError("backup-unusable", "the file became shorter while it was read");
    yield chunk;
    done += chunk.length;
  }
}

function readAbout(file: BulkFile, path: string): About {
  const first = parseHeader(file.read(0, BLOCK));
  const isOurs = typeof first === "object" && first.name === ABOUT;
  const about = isOurs ? parseAbout(textOf(file, { position: BLOCK, size: first.size })) : undefined;
  if (about !== undefined) return about;
  // One that is cut off so early tells nothing of itself.
  const cut = isOurs && file.size < BLOCK + first.size;
  throw userError(
    "backup-unusable",
    `${path}: ${file.size === 0 ? "is empty" : cut ? "is cut off" : "is no backup of install-quadlets"}`,
    "sudo install-quadlets backups lists them",
  );
}

function readSpans(file: BulkFile, path: string): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  let position = 0;
  for (;;) {
    const found = position + BLOCK <= file.size ? parseHeader(file.read(position, BLOCK)) : "cut";
    if (found === undefined) throw damaged(path, `what stands at byte ${position} is no entry`);
    if (found === "end" && position + END_BLOCKS * BLOCK === file.size && spans.has(MANIFEST)) return spans;
    if (typeof found !== "object") throw damaged(path, `it is cut off after ${file.size} bytes`);
    const { name, size } = found;
    if (spans.has(name)) throw damaged(path, `${visible(name)} is there twice`);
    spans.set(name, { position: position + BLOCK, size });
    position += BLOCK + size + padding(size);
  }
}

export function textOf(file: BulkFile, span: Span | undefined): string {
  if (span === undefined || span.size > MAX_TEXT) return "";
  return new TextDecoder().decode(file.read(span.position, span.size));
}

function damaged(path: string, why: string): UserError {
  return userError("backup-unusable", `${path}: is damaged: ${why}`, "take another one: sudo install-quadlets backups");
}
