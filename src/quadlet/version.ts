/** Podman versions: "5.4.2", "5.4" and "6.0.0-rc1" compared by their numbers. */
import { UserError } from "../model/diagnostic.ts";

/** Oldest podman with pods, drop-ins and Notify=healthy. */
export const OLDEST_PODMAN = "5.0";

/** Throws for podman below 5.0: it has no .pod files and takes Notify=healthy silently for Notify=false. */
export function assertSupportedPodman(version: string): void {
  if (!isAtLeast(version, OLDEST_PODMAN)) {
    throw new UserError(
      `podman ${version} is too old: ${OLDEST_PODMAN} is the oldest that works`,
      "Debian 13, Ubuntu 26.04, Fedora and RHEL 9.5 or newer have it",
    );
  }
}

/** Only major and minor count: no key first appeared in a patch release. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [major, minor] = numbersOf(version);
  const [wantedMajor, wantedMinor] = numbersOf(wanted);
  return major !== wantedMajor ? major > wantedMajor : minor >= wantedMinor;
}

function numbersOf(version: string): readonly [number, number] {
  const found = /^v?(\d+)\.(\d+)/.exec(version);
  if (found === null) throw new UserError(`"${version}" is not a podman version`);
  return [Number(found[1]), Number(found[2])];
}
