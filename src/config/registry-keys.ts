/** keys.yaml to declared keys. */
import { type Allowance, expiryOf, type GatewayKey } from "../model/gateway-key.ts";
import type { MapNode } from "./node.ts";
import { readEntries } from "./registry-entries.ts";
import { type Report, spotAt } from "./report.ts";
import { checkSchema } from "./schema/issues.ts";
import { keyName, keySchema, keysHeader, type WrittenKey } from "./schema/keys.ts";

/** Those that could be read; an empty entry is a key without limits. */
export function readKeys(file: MapNode, schema: Report, counting: Report): readonly GatewayKey[] {
  checkSchema(keysHeader, file, [], schema);
  const section = { file, key: "keys", names: keyName, schema: keySchema, broken: new Set<string>() };
  return readEntries(section, schema).map(({ name, written }) => {
    if (written?.tokens_per_day !== undefined && written.budget !== undefined) {
      const message = "tokens_per_day and budget are counted by one counter, and a key has one";
      counting(spotAt(file, ["keys", name, "budget"]), message, "make two keys, one for the models that have a price");
    }
    return { name, holder: written?.for, kind: written?.kind ?? "person", limits: limitsOf(written) };
  });
}

function limitsOf(written: WrittenKey): GatewayKey["limits"] {
  return {
    models: written?.models ?? [],
    requestsPerMinute: written?.requests_per_minute,
    tokensPerMinute: written?.tokens_per_minute,
    parallelRequests: written?.parallel_requests,
    allowance: allowanceOf(written),
    expires: written?.expires === undefined ? undefined : expiryOf(written.expires),
  };
}

function allowanceOf(written: WrittenKey): Allowance | undefined {
  if (written?.tokens_per_day !== undefined) return { kind: "tokens", tokens: written.tokens_per_day };
  return written?.budget && { kind: "dollars", ...written.budget };
}
