/** Which package brings what is missing, by family of distributions, and the command that installs it. */
import { printCommand } from "../model/print-command.ts";
import type { Family, OsFact } from "./os.ts";

type Names = string | Readonly<Record<Family, string>>;

/** By the program, or the file, that is looked for; one name where all of them call it so. */
const PACKAGES: Readonly<Record<string, Names>> = {
  podman: "podman",
  newuidmap: { debian: "uidmap", fedora: "shadow-utils", suse: "shadow", arch: "shadow" },
  newgidmap: { debian: "uidmap", fedora: "shadow-utils", suse: "shadow", arch: "shadow" },
  pasta: "passt",
  crun: "crun",
  netavark: "netavark",
  nft: "nftables",
  catatonit: "catatonit",
  setpriv: "util-linux",
  loginctl: "systemd",
  "dbus-user-session": { debian: "dbus-user-session", fedora: "dbus-common", suse: "dbus-1", arch: "dbus" },
  "container-selinux": "container-selinux",
  timesync: { debian: "systemd-timesyncd", fedora: "chrony", suse: "chrony", arch: "chrony" },
  nodejs: { debian: "nodejs", fedora: "nodejs", suse: "nodejs-default", arch: "nodejs" },
};

const INSTALL: Readonly<Record<Family, readonly [string, ...string[]]>> = {
  debian: ["sudo", "apt-get", "install", "--yes"],
  fedora: ["sudo", "dnf", "install", "--assumeyes"],
  suse: ["sudo", "zypper", "--non-interactive", "install"],
  arch: ["sudo", "pacman", "--sync", "--needed", "--noconfirm"],
};

const AGAIN: Readonly<Record<Family, readonly [string, ...string[]]>> = {
  debian: ["sudo", "apt-get", "install", "--yes", "--reinstall"],
  fedora: ["sudo", "dnf", "reinstall", "--assumeyes"],
  suse: ["sudo", "zypper", "--non-interactive", "install", "--force"],
  // Without --needed it installs again what is there.
  arch: ["sudo", "pacman", "--sync", "--noconfirm"],
};

/** Undefined on a distribution that we do not know. */
export function installCommand({ family }: OsFact, needs: readonly string[]): string | undefined {
  return family === undefined ? undefined : withPackages(INSTALL[family], packagesOf(family, needs));
}

/** For what is installed and damaged. */
export function reinstallCommand({ family }: OsFact, needs: readonly string[]): string | undefined {
  return family === undefined ? undefined : withPackages(AGAIN[family], packagesOf(family, needs));
}

/** For a hint where no command can be given. */
export function packagesText({ family }: OsFact, needs: readonly string[]): string {
  return `install the packages of your distribution that bring ${packagesOf(family, needs).join(", ")}`;
}

function packagesOf(family: Family | undefined, needs: readonly string[]): readonly string[] {
  const names = needs.map((need) => {
    const found = Object.hasOwn(PACKAGES, need) ? PACKAGES[need] : undefined;
    if (found === undefined || typeof found === "string") return found ?? need;
    return family === undefined ? need : found[family];
  });
  return [...new Set(names)];
}

function withPackages(command: readonly [string, ...string[]], packages: readonly string[]): string {
  return printCommand({ argv: [...command, ...packages] });
}
