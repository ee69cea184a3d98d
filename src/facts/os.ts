/** Which distribution this is, from os-release(5). */
import type { Family, OsFact } from "../model/os.ts";
import type { System } from "../system/interfaces.ts";

export function gatherOs({ host }: System): OsFact {
  return parseOsRelease(host.readTrusted("/etc/os-release") ?? host.readTrusted("/usr/lib/os-release") ?? "");
}

const FAMILIES: Readonly<Record<string, Family>> = {
  debian: "debian",
  ubuntu: "debian",
  fedora: "fedora",
  rhel: "fedora",
  centos: "fedora",
  suse: "suse",
  opensuse: "suse",
  "opensuse-leap": "suse",
  "opensuse-tumbleweed": "suse",
  sles: "suse",
  arch: "arch",
  archlinux: "arch",
};

/** More than this is no os-release(5). */
const MAX_CHARACTERS = 64 * 1024;

/** What it is counts before what it is like; a file that is damaged says nothing. */
export function parseOsRelease(text: string): OsFact {
  const values = new Map(
    text
      .slice(0, MAX_CHARACTERS)
      .split("\n")
      .flatMap((line) => {
        const [, key = "", raw = ""] = /^\s*([A-Z_]+)=(.*)$/.exec(line) ?? [];
        return key === "" ? [] : [[key, unquoted(raw.trim())] as const];
      }),
  );
  const ids = [values.get("ID") ?? "", ...(values.get("ID_LIKE") ?? "").split(/\s+/)];
  const known = ids.map((id) => (Object.hasOwn(FAMILIES, id) ? FAMILIES[id] : undefined));
  return {
    name: (values.get("PRETTY_NAME") ?? values.get("ID") ?? "an unknown distribution").slice(0, 100),
    family: known.find((family) => family !== undefined),
  };
}

function unquoted(text: string): string {
  const [, , inner = text] = /^(["'])(.*)\1$/.exec(text) ?? [];
  return inner.replaceAll(/\\(["'$`\\])/g, "$1");
}
