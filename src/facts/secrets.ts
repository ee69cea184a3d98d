/** Podman secrets: which names a user has, and the value that podman shows on request. */
import { listSecrets } from "../commands/podman.ts";
import { UserError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { Secret } from "../model/secret.ts";
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

/** From `podman secret inspect --showsecret`: [{"SecretData": "..."}]. */
export function parseSecretValue(text: string): Secret {
  const value = parseJson(text);
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  if (!isRecord(first) || typeof first["SecretData"] !== "string") {
    // The text is not quoted: it may hold the value.
    throw new UserError("podman secret inspect: the answer holds no secret");
  }
  return new Secret(first["SecretData"]);
}
