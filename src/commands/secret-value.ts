/** What podman answers to revealSecret. */
import { userError } from "../model/diagnostic.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { Secret } from "../model/secret.ts";

/** From `podman secret inspect --showsecret`: [{"SecretData": "..."}]. */
export function parseSecretValue(text: string): Secret {
  const value = parseJson(text);
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  if (!isRecord(first) || typeof first["SecretData"] !== "string") {
    // The text is not quoted: it may hold the value.
    throw userError("bad-answer", "podman secret inspect: the answer holds no secret");
  }
  return new Secret(first["SecretData"]);
}

/** The same of several, by their names: [{"Spec": {"Name": "..."}, "SecretData": "..."}]. */
export function parseSecretValues(text: string): ReadonlyMap<string, Secret> {
  const value = parseJson(text);
  const entries = (Array.isArray(value) ? value : []).map((entry: unknown): readonly [string, Secret] => {
    const spec = isRecord(entry) ? entry["Spec"] : undefined;
    const name = isRecord(spec) ? spec["Name"] : undefined;
    const data = isRecord(entry) ? entry["SecretData"] : undefined;
    if (typeof name !== "string" || typeof data !== "string") {
      throw userError("bad-answer", "podman secret inspect: the answer holds no secret");
    }
    return [name, new Secret(data)];
  });
  return new Map(entries);
}
