/** Keys of people, as tests want them: "anna" without any limit, but for what is said. */
import { type KeyLimits, NO_LIMITS } from "../../src/model/gateway-key.ts";
import type { WantedKey } from "../../src/model/key-facts.ts";

export function limitsOf(limits: Partial<KeyLimits> = {}): KeyLimits {
  return { ...NO_LIMITS, ...limits };
}

interface Written extends Partial<Omit<WantedKey, "limits">> {
  readonly limits?: Partial<KeyLimits>;
}

export function wantedKey({ limits, name = "anna", ...key }: Written = {}): WantedKey {
  return { name, holder: undefined, kind: "person", secret: `web-key_${name}`, ...key, limits: limitsOf(limits) };
}
