/** Where sudo looks for commands: a host may have it pass over /usr/local, as Debian 14 and RHEL do. */
import { sudoSettings } from "../commands/host.ts";
import type { AbsolutePath } from "../model/names.ts";
import { COMMANDS_DIRECTORY, SUDO_DIRECTORY } from "../model/places.ts";
import type { System } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";

/** The directory in which sudo finds what it would not find in ours; undefined where it looks into ours, or is not there. */
export async function gatherSudoDirectory(system: System): Promise<AbsolutePath | undefined> {
  // Only root is told. Anybody else sees what the last run of root decided.
  if (system.host.effectiveUid() !== 0) {
    const there = await ifReadable(system.files.stat(`${SUDO_DIRECTORY}/install-quadlets`));
    return there === undefined ? undefined : SUDO_DIRECTORY;
  }
  if (system.host.findProgram("sudo") === undefined) return undefined;
  const path = parseSecurePath((await system.runner.probe(sudoSettings())).stdout);
  if (path === undefined || path.includes(COMMANDS_DIRECTORY)) return undefined;
  return path.includes(SUDO_DIRECTORY) ? SUDO_DIRECTORY : undefined;
}

/** visudo comes with it everywhere. */
export function gatherHasSudo({ host }: Pick<System, "host">): boolean {
  return ["sudo", "visudo"].every((name) => host.findProgram(name) !== undefined);
}

/** "Value to override user's $PATH with: /usr/sbin:/usr/bin"; undefined where sudo keeps the path of whoever calls it. */
export function parseSecurePath(text: string): readonly string[] | undefined {
  return /^Value to override user's \$PATH with: (.*)$/m.exec(text)?.[1]?.trim().split(":");
}
