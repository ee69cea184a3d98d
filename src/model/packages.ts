/** Which package brings what is missing, by family of distributions. */
import type { Family } from "./os.ts";

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

/** Each once, in the order in which they are needed. */
export function packagesOf(family: Family | undefined, needs: readonly string[]): readonly string[] {
  const names = needs.map((need) => {
    const found = Object.hasOwn(PACKAGES, need) ? PACKAGES[need] : undefined;
    if (found === undefined || typeof found === "string") return found ?? need;
    return family === undefined ? need : found[family];
  });
  return [...new Set(names)];
}
