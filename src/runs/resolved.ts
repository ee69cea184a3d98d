/** The configuration as a stack. A run reads it up to three times; the same files are resolved once. */
import type { Sources } from "../config/load.ts";
import { resolveStack } from "../config/resolve.ts";
import type { Stack } from "../model/service.ts";

let latest: { readonly texts: string; readonly stack: Stack } | undefined;

/** Throws a ConfigError with all diagnostics. */
export function resolved(sources: Sources): Stack {
  const texts = JSON.stringify(sources);
  if (latest?.texts !== texts) latest = { texts, stack: resolveStack(sources) };
  return latest.stack;
}
