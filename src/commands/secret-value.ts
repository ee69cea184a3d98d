/** What podman answers to revealSecret. */
import { UserError } from "../model/diagnostic.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { Secret } from "../model/secret.ts";

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
