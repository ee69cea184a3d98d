/** The rules for quadlets over what is rendered: a unit that would be lost is a fault before anything is written. */
import { ConfigError } from "../model/diagnostic.ts";
import { findAll } from "../rules/findings.ts";

/** Throws for errors only: what a warning says may be meant. */
export function refuseLostUnits(
  units: readonly { readonly fileName: string; readonly content: string }[],
  podman: string,
): void {
  const files = units.map(({ fileName, content }) => ({ path: fileName, folder: "", name: fileName, text: content }));
  const errors = findAll(files, { podman, rootful: false }, ["error"]);
  if (errors.length > 0) throw new ConfigError(errors);
}
