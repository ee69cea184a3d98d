/** The rules for quadlets over what is rendered: a unit that would be lost is a fault before anything is written. */
import { ConfigError } from "../model/diagnostic.ts";
import { findAll } from "../rules/findings.ts";

/** Texts without an error: a run renders the same ones up to three times, to plan, to plan again, and to look at what it did. */
const known = new Set<string>();

/** Throws for errors only: what a warning says may be meant. */
export function refuseLostUnits(
  units: readonly { readonly fileName: string; readonly content: string }[],
  podman: string,
): void {
  const key = [podman, ...units.flatMap(({ fileName, content }) => [fileName, content])].join("\0");
  if (known.has(key)) return;
  const files = units.map(({ fileName, content }) => ({ path: fileName, folder: "", name: fileName, text: content }));
  const errors = findAll(files, { podman, rootful: false }, ["error"]);
  if (errors.length > 0) throw new ConfigError(errors);
  known.add(key);
}
