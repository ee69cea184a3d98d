/** Installing packages of the distribution, by its own package manager and from the repositories that it is set up with. */
import type { Command } from "../model/command.ts";
import type { Family } from "../model/os.ts";

const INSTALL: Readonly<Record<Family, readonly [string, ...string[]]>> = {
  debian: ["apt-get", "install", "--yes"],
  fedora: ["dnf", "install", "--assumeyes"],
  suse: ["zypper", "--non-interactive", "install"],
  arch: ["pacman", "--sync", "--needed", "--noconfirm"],
};

const AGAIN: Readonly<Record<Family, readonly [string, ...string[]]>> = {
  debian: ["apt-get", "install", "--yes", "--reinstall"],
  fedora: ["dnf", "reinstall", "--assumeyes"],
  suse: ["zypper", "--non-interactive", "install", "--force"],
  // Without --needed it installs again what is there.
  arch: ["pacman", "--sync", "--noconfirm"],
};

/** A download over a slow line, and unpacking; a package manager at work elsewhere is waited for. */
const TIMEOUT_MS = 30 * 60_000;
/** Nobody is there to answer a question of a package. */
const env = { DEBIAN_FRONTEND: "noninteractive" };

export function installPackages(family: Family, packages: readonly string[]): Command {
  return withPackages(INSTALL[family], packages);
}

/** For what is installed and damaged. */
export function reinstallPackages(family: Family, packages: readonly string[]): Command {
  return withPackages(AGAIN[family], packages);
}

/** Where the lists of packages grow old by themselves: the others fetch them when they install. */
export function refreshPackages(family: Family): Command | undefined {
  return family === "debian" ? { argv: ["apt-get", "update"], env, timeoutMs: TIMEOUT_MS } : undefined;
}

/** The version that would be installed, from the lists that are there. */
export function offeredByApt(name: string): Command {
  return { argv: ["apt-cache", "policy", "--", name], timeoutMs: 10_000 };
}

function withPackages(command: readonly [string, ...string[]], packages: readonly string[]): Command {
  return { argv: [...command, ...packages], env, timeoutMs: TIMEOUT_MS };
}
