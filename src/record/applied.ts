/** What the last runs did: /var/lib/install-quadlets/applied.json. */

import type { Applied, AppliedThings } from "../model/applied.ts";
import { userError } from "../model/diagnostic.ts";
import { isRecord, parseJson, textsOf } from "../model/json.ts";
import { APPLIED_PATH } from "../model/places.ts";
import type { Files } from "../system/interfaces.ts";

/** 2: with the ids of images and the program that wrote it. */
const APPLIED_VERSION = 2;

export async function readApplied(files: Files): Promise<Applied> {
  const text = await files.read(APPLIED_PATH);
  return text === undefined ? emptyApplied() : parseApplied(text);
}

function emptyApplied(): Applied {
  return { version: APPLIED_VERSION, tool: "", units: {}, imageIds: {}, secretsDue: {}, ...madeOf({}) };
}

export function parseApplied(text: string): Applied {
  const value = parseJson(text);
  if (!isRecord(value) || typeof value["version"] !== "number") {
    throw userError(
      "record-damaged",
      `${APPLIED_PATH}: is damaged`,
      "restore it, or remove it: then everything counts as not ours",
    );
  }
  if (value["version"] > APPLIED_VERSION) {
    const tool = typeof value["tool"] === "string" ? `install-quadlets ${value["tool"]}` : "a newer install-quadlets";
    throw userError(
      "newer-program",
      `${APPLIED_PATH}: was written by ${tool} in form ${value["version"]}; this program knows form ${APPLIED_VERSION}`,
      `use ${tool}, or one that is newer still`,
    );
  }
  return {
    version: APPLIED_VERSION,
    tool: typeof value["tool"] === "string" ? value["tool"] : "",
    units: textsByKey(value["units"]),
    imageIds: textsByKey(value["imageIds"]),
    secretsDue: textsByKey(value["secretsDue"]) as Applied["secretsDue"],
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
