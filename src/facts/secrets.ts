/** Podman secrets: which names a user has. */
import { listSecrets } from "../commands/podman.ts";
import type { AccountFact } from "../model/facts.ts";
import { isRecord, parseJson } from "../model/json.ts";
import type { System } from "../system/interfaces.ts";
import { readStore } from "./user-stores.ts";

export function gatherSecrets(system: System, account: AccountFact): Promise<readonly string[]> {
  return readStore(system, account, "secrets/secrets.json", parseSecretNames, {
    command: listSecrets(),
    parseLine: (line) => line,
  });
}

/** {"secrets": {ID: {"name": ...}}, "nameToID": {NAME: ID}, ...} */
export function parseSecretNames(text: string): readonly string[] | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || !isRecord(value["nameToID"])) return undefined;
  return Object.keys(value["nameToID"]).sort();
}
