/** A key and its certificates out of one text, in whatever order they come. */
import type { KeyPairPem } from "./authority.ts";
import { matchesKey, splitPem } from "./inspect.ts";

const KEY = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[^-]+-----END \1-----/;

/** Undefined where the text holds no certificate, no key, or a key of another certificate. */
export function readPair(text: string): KeyPairPem | undefined {
  const chain = splitPem(text);
  const key = KEY.exec(text)?.[0];
  if (key === undefined || !matchesKey(chain[0] ?? "", key)) return undefined;
  return { certificate: chain.join(""), key: `${key}\n` };
}
