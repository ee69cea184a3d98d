/** Questions to the registries that images come from, with podman's own mirrors, proxies and logins. */
import type { Command } from "../model/command.ts";

/** Of an image, or of its list of architectures, as JSON. A list that was made on this host under that name is told instead. */
export function inspectManifest(reference: string): Command {
  return { argv: ["podman", "manifest", "inspect", "--", reference], timeoutMs: 30_000 };
}
