/** Checks that need the host: what was generated is still what is there, and what ends by its clock has not. */
import { type GatewayKey, hasExpired } from "../../model/gateway-key.ts";

/** A file that the registry went into, as it should be and as it is; undefined where nothing was applied yet. */
export interface GeneratedFile {
  readonly path: string;
  readonly wanted: string;
  readonly found: string | undefined;
}

export function outOfStep(files: readonly GeneratedFile[]): readonly GeneratedFile[] {
  return files.filter(({ wanted, found }) => found !== undefined && found !== wanted);
}

/** They open nothing any more, and a run takes them out of the gateway. */
export function expiredKeys(keys: readonly GatewayKey[], now: Date): readonly string[] {
  return keys.filter(({ limits }) => hasExpired(limits, now)).map(({ name }) => name);
}
