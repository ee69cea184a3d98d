/** Names that several rooms must agree on: where things go on the host, and what stands for what only the host knows. */

import type { AbsolutePath, UnitName } from "./names.ts";

/** What the site decided. */
export const STACK_FILE = "/etc/install-quadlets/stack.yaml";
/** Root-owned quadlets of one account each, by uid: a service that is broken into cannot rewrite its units. */
export const QUADLET_ROOT = "/etc/containers/systemd/users";
/** Where people find its commands. */
export const COMMANDS_DIRECTORY = "/usr/local/bin" as AbsolutePath;
/** And where sudo does, which may pass over the former. */
export const SUDO_DIRECTORY = "/usr/sbin" as AbsolutePath;
/** The copies of this program, a directory for each build: root's own. */
export const LIBRARY = "/usr/local/lib/install-quadlets" as AbsolutePath;
/** What members of the group of readers may have sudo run, and the file that says so; sudo passes over names with a dot. */
export const READER = `${LIBRARY}/reader`;
export const SUDOERS_DIRECTORY = "/etc/sudoers.d" as AbsolutePath;
export const SUDOERS_FILE = `${SUDOERS_DIRECTORY}/install-quadlets`;
/** State of the tool itself: the authority, what was applied, rendered rules. */
export const STATE_ROOT = "/var/lib/install-quadlets";
/** What earlier runs made and started; see Applied. */
export const APPLIED_PATH = `${STATE_ROOT}/applied.json` as AbsolutePath;
/** Says the same: written each time, right after it. */
export const APPLIED_COPY = `${STATE_ROOT}/applied.copy.json` as AbsolutePath;

/** Where podman lays what it fetches, before it is in a store (containers/image, tmpdir). */
export const IMAGE_STAGING = "/var/tmp";

/** Values of secrets on their way: see kept-secrets.ts. Nothing else of ours on the disk holds one, but for backups. */
export const KEPT_SECRETS = `${STATE_ROOT}/kept-secrets`;

/** The nftables table that says who may call what, and the unit that loads it. */
export const FIREWALL_TABLE = "install_quadlets";
export const FIREWALL_UNIT = "install-quadlets-firewall.service" as UnitName;

/** What services lock that share a graphics card, and the unit that makes it. */
export const LOCK_DIRECTORY = "/run/install-quadlets-locks";
export const LOCKS_UNIT = "install-quadlets-locks.service";

/** What config/ leaves in strings for the tailnet address, and render/ fills in. */
export const LISTEN_ADDRESS = "@LISTEN_ADDRESS@";
/** The same for this host's name in the tailnet, where a route answers to it. */
export const TAILSCALE_NAME = "@TAILSCALE_NAME@";

/** Where a copy of this program lies until it is complete. */
export function partialOf(target: string): AbsolutePath {
  return `${target}.partial` as AbsolutePath;
}

/** Half-written files have these names (system/write-at.ts); what a killed run left is known by them. */
export function isTemporary(name: string): boolean {
  return /^\.install-quadlets-[0-9a-f]{24}$/.test(name);
}
