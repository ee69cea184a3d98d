/** Which podman is the oldest that works, and which one is meant where none is named: said in one place. */

/** What Debian 13 has: the oldest of the distributions that are tried. */
export const USUAL_PODMAN = "5.4.2";

/** The first with pods, drop-ins and Notify=healthy in quadlets; 4.9 takes Notify=healthy silently for Notify=false. */
const OLDEST = { major: 5, minor: 0 };

export const OLDEST_PODMAN = `${OLDEST.major}.${OLDEST.minor}`;

/** For a hint. */
export const PODMAN_HOSTS = "Debian 13, Ubuntu 26.04, Fedora and RHEL 9.5 or newer have it";

/** One that is there and cannot say its own version is none to install. */
export function podmanMute(words: string): string {
  return `podman is installed, but does not say which version it is: ${words}`;
}

export const MUTE_HINT = "podman --version shows it; where its package is damaged, install that again";

/** What is no version at all is none that works. */
export function isPodmanTooOld(version: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return true;
  return Number(major) !== OLDEST.major ? Number(major) < OLDEST.major : Number(minor) < OLDEST.minor;
}
