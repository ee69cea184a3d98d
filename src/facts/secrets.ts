/** Podman secrets: which names a user has, and podman's id of each, which is another one with each value. */
import { listSecrets } from "../commands/podman.ts";
import type { AccountFact } from "../model/facts.ts";
import { isRecord, parseJson } from "../model/json.ts";
import type { System } from "../system/interfaces.ts";
import { readStore } from "./user-stores.ts";

export interface StoredSecret {
  readonly name: string;
  /** Undefined where only podman could be asked. */
  readonly id: string | undefined;
}

export async function gatherSecrets(system: System, account: AccountFact): Promise<readonly string[]> {
  return (await gatherStoredSecrets(system, account)).map(({ name }) => name);
}

export function gatherStoredSecrets(system: System, account: AccountFact): Promise<readonly StoredSecret[]> {
  return readStore(system, account, "secrets/secrets.json", parseSecrets, {
    command: listSecrets(),
    parseLine: (name) => ({ name, id: undefined }),
  });
}

/** {"secrets": {ID: {"name": ...}}, "nameToID": {NAME: ID}, ...} */
export function parseSecrets(text: string): readonly StoredSecret[] | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || !isRecord(value["nameToID"])) return undefined;
  return Object.entries(value["nameToID"])
    .map(([name, id]) => ({ name, id: typeof id === "string" ? id : undefined }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
