/** Every path that a desired state names and a record may hold: whatever else is recorded was made by earlier runs for nobody. */
import type { DesiredState } from "./resource.ts";

export function wantedPaths({
  files,
  directories,
  certificate,
}: Pick<DesiredState, "files" | "directories" | "certificate">): ReadonlySet<string> {
  const { tailscale } = certificate ?? {};
  const fetched = tailscale === undefined ? [] : [tailscale.key, tailscale.certificate];
  return new Set<string>([...[...files, ...directories].map((item) => item.path), ...fetched]);
}
