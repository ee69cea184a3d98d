/** What the last runs did: /var/lib/install-quadlets/applied.json. */
import { UserError } from "../model/diagnostic.ts";
import type { AppliedState, Made } from "../model/facts.ts";
import { LEDGER_PATH } from "../model/places.ts";
import type { System } from "../system/interfaces.ts";
import { isRecord, parseJson, textsOf } from "./user-stores.ts";

const APPLIED_VERSION = 1;

export async function gatherApplied(system: System): Promise<AppliedState> {
  const text = await system.files.read(LEDGER_PATH);
  return text === undefined ? emptyApplied() : parseApplied(text);
}

function emptyApplied(): AppliedState {
  return { version: APPLIED_VERSION, units: {}, ...madeOf({}) };
}

export function parseApplied(text: string): AppliedState {
  const value = parseJson(text);
  if (!isRecord(value) || typeof value["version"] !== "number") {
    throw new UserError(`${LEDGER_PATH}: is damaged`, "restore it, or remove it: then everything counts as not ours");
  }
  if (value["version"] > APPLIED_VERSION) {
    throw new UserError(
      `${LEDGER_PATH}: has version ${value["version"]}, this program knows version ${APPLIED_VERSION}`,
      "use the newer install-quadlets that wrote it",
    );
  }
  const units = isRecord(value["units"]) ? Object.entries(value["units"]) : [];
  return {
    version: APPLIED_VERSION,
    units: Object.fromEntries(units.filter((entry): entry is [string, string] => typeof entry[1] === "string")),
    ...madeOf(value),
  };
}

/** A list that an older program did not keep is empty: what is not recorded is never removed. */
function madeOf(value: Readonly<Record<string, unknown>>): Made {
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
  };
}
