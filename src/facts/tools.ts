/** Helpers that rootless podman and this tool call, found by looking for the files. */
import type { System } from "../system/interfaces.ts";

const TOOLS = ["newuidmap", "newgidmap", "pasta", "nft", "setpriv", "loginctl"] as const;

/** Podman's default helper directories (containers.conf, helper_binaries_dir). */
export const HELPER_DIRECTORIES = [
  "/usr/libexec/podman",
  "/usr/local/libexec/podman",
  "/usr/lib/podman",
  "/usr/libexec",
];

export async function gatherMissingTools(system: System): Promise<readonly string[]> {
  const missing: string[] = TOOLS.filter((tool) => system.host.findProgram(tool) === undefined);
  // Holds a pod's namespaces; Debian's podman only recommends it.
  if (system.host.findProgram("catatonit", HELPER_DIRECTORIES) === undefined) missing.push("catatonit");
  // A user's bus: without it podman cannot make the scopes and timers of its containers.
  if ((await system.files.stat("/usr/lib/systemd/user/dbus.socket")) === undefined) missing.push("dbus-user-session");
  return missing;
}
