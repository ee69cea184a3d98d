/** What the last runs did: /var/lib/install-quadlets/applied.json. */

import type { Applied, AppliedThings, RecordFault } from "../model/applied.ts";
import { userError } from "../model/diagnostic.ts";
import { isRecord, parseJson, textsOf } from "../model/json.ts";
import type { AbsolutePath } from "../model/names.ts";
import { APPLIED_COPY, APPLIED_PATH } from "../model/places.ts";
import type { Files } from "../system/interfaces.ts";

/** 2: with the ids of images and the program that wrote it. */
const APPLIED_VERSION = 2;

export interface FoundApplied {
  readonly applied: Applied;
  /** That it was read from; undefined where nothing was recorded yet. */
  readonly text: string | undefined;
  /** Of the record, where this is its copy. */
  readonly fault: RecordFault | undefined;
}

export async function readApplied(files: Files): Promise<Applied> {
  return (await findApplied(files)).applied;
}

/** Both say the same, so the copy is no guess. One of a newer program is not damaged: nothing counts in its place. */
export async function findApplied(files: Files): Promise<FoundApplied> {
  const [text, copy] = await Promise.all([files.read(APPLIED_PATH), files.read(APPLIED_COPY)]);
  const applied = wholeOf(text, APPLIED_PATH);
  if (applied !== undefined) return { applied, text, fault: undefined };
  const kept = wholeOf(copy, APPLIED_COPY);
  const fault = text === undefined ? "is not there" : "is damaged";
  if (kept !== undefined) return { applied: kept, text: copy, fault };
  if (text === undefined && copy === undefined) return { applied: emptyApplied(), text, fault: undefined };
  // Throws: neither is whole.
  return { applied: text === undefined ? parseApplied("", APPLIED_COPY) : parseApplied(text), text, fault: undefined };
}

function emptyApplied(): Applied {
  return {
    version: APPLIED_VERSION,
    tool: "",
    units: {},
    imageIds: {},
    secretsDue: {},
    secretIds: {},
    filled: [],
    ...madeOf({}),
  };
}

/** Throws where it is damaged. */
export function parseApplied(text: string, path: AbsolutePath = APPLIED_PATH): Applied {
  const applied = wholeOf(text, path);
  if (applied !== undefined) return applied;
  const hint = `restore it, or rm ${APPLIED_PATH} ${APPLIED_COPY}: then everything counts as not ours`;
  throw userError("record-damaged", `${path}: is damaged`, hint);
}

/** Undefined for one that is damaged, or not there. */
function wholeOf(text: string | undefined, path: AbsolutePath): Applied | undefined {
  const value = parseJson(text ?? "");
  if (!isRecord(value) || typeof value["version"] !== "number") return undefined;
  if (value["version"] > APPLIED_VERSION) {
    const tool = typeof value["tool"] === "string" ? `install-quadlets ${value["tool"]}` : "a newer install-quadlets";
    throw userError(
      "newer-program",
      `${path}: was written by ${tool} in form ${value["version"]}; this program knows form ${APPLIED_VERSION}`,
      `use ${tool}, or one that is newer still`,
    );
  }
  return {
    version: APPLIED_VERSION,
    tool: typeof value["tool"] === "string" ? value["tool"] : "",
    units: textsByKey(value["units"]),
    imageIds: textsByKey(value["imageIds"]),
    secretsDue: textsByKey(value["secretsDue"]) as Applied["secretsDue"],
    secretIds: textsByKey(value["secretIds"]),
    filled: textsOf(value["filled"]),
    ...madeOf(value),
  };
}

function textsByKey(value: unknown): Readonly<Record<string, string>> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** A list that an older program did not keep is empty: what is not recorded is never removed. */
function madeOf(value: Readonly<Record<string, unknown>>): AppliedThings {
  return {
    files: textsOf(value["files"]),
    directories: textsOf(value["directories"]),
    accounts: textsOf(value["accounts"]),
    secrets: textsOf(value["secrets"]),
    images: textsOf(value["images"]),
    lingering: textsOf(value["lingering"]),
    subuids: textsOf(value["subuids"]),
    subgids: textsOf(value["subgids"]),
    systemUnits: textsOf(value["systemUnits"]),
    tools: textsOf(value["tools"]),
    packages: textsOf(value["packages"]),
  };
}
