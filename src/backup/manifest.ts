/** What a backup says about itself: its first entry tells whose it is, its last one what must be in it. */
import type { Count } from "../model/count.ts";
import { isRecord, parseJson, textsOf } from "../model/json.ts";

export const FORMAT = "install-quadlets-backup";
export const VERSION = 1;
export const ABOUT = "about.json";
export const MANIFEST = "manifest.json";

/** All that is needed to say why a file cannot be read. */
export interface About {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** Which program wrote it: "0.1.0". */
  readonly tool: string;
  readonly service: string;
  /** "2026-11-27T12:00:00.000Z" */
  readonly taken: string;
}

export interface Manifest extends About {
  /** Catalogue entry of the service. */
  readonly from: string;
  readonly host: string;
  readonly podman: string;
  readonly images: readonly BackedImage[];
  /** Recipients of age; empty where nothing is encrypted. */
  readonly encryptedTo: readonly string[];
  readonly parts: readonly BackedPart[];
  readonly counts: readonly Count[];
}

export interface BackedImage {
  readonly unit: string;
  readonly image: string;
  /** The digest that podman knows it by. */
  readonly id: string | null;
}

export interface BackedPart {
  readonly name: string;
  readonly kind: "directory" | "dump" | "secrets";
  /** Below the service's home; empty for secrets. */
  readonly directory: string;
  /** Its entry in the archive. */
  readonly file: string;
  readonly size: number;
  /** Of the entry as it is, encrypted or not. */
  readonly sha256: string;
}

/** Undefined for what is none of ours. */
export function parseAbout(text: string): About | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || value["format"] !== FORMAT) return undefined;
  const { version, tool, service, taken } = value;
  if (typeof version !== "number" || typeof tool !== "string") return undefined;
  if (typeof service !== "string" || typeof taken !== "string" || Number.isNaN(Date.parse(taken))) return undefined;
  return { format: FORMAT, version, tool, service, taken };
}

/** Undefined where anything of it is not as it must be. */
export function parseManifest(text: string): Manifest | undefined {
  const about = parseAbout(text);
  const value = parseJson(text);
  if (about === undefined || about.version !== VERSION || !isRecord(value)) return undefined;
  const { from, host, podman } = value;
  if (typeof from !== "string" || typeof host !== "string" || typeof podman !== "string") return undefined;
  const parts = listOf(value["parts"], parsePart);
  const counts = listOf(value["counts"], parseCount);
  const images = listOf(value["images"], parseImage);
  if (parts === undefined || counts === undefined || images === undefined) return undefined;
  return { ...about, from, host, podman, images, encryptedTo: textsOf(value["encryptedTo"]), parts, counts };
}

function listOf<Item>(value: unknown, parse: (item: Readonly<Record<string, unknown>>) => Item | undefined) {
  if (!Array.isArray(value)) return undefined;
  const items = value.flatMap((item) => (isRecord(item) ? (parse(item) ?? []) : []));
  return items.length === value.length ? (items as readonly Item[]) : undefined;
}

function parsePart(value: Readonly<Record<string, unknown>>): BackedPart | undefined {
  const { name, kind, directory, file, size, sha256 } = value;
  if (kind !== "directory" && kind !== "dump" && kind !== "secrets") return undefined;
  if (typeof name !== "string" || typeof directory !== "string" || typeof file !== "string") return undefined;
  if (typeof size !== "number" || typeof sha256 !== "string") return undefined;
  return { name, kind, directory, file, size, sha256 };
}

function parseCount({ name, count }: Readonly<Record<string, unknown>>): Count | undefined {
  if (typeof name !== "string" || (typeof count !== "number" && count !== null)) return undefined;
  return { name, count };
}

function parseImage({ unit, image, id }: Readonly<Record<string, unknown>>): BackedImage | undefined {
  if (typeof unit !== "string" || typeof image !== "string") return undefined;
  return { unit, image, id: typeof id === "string" ? id : null };
}
