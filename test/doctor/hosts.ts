/** Hosts in memory on which all is well: one before the first run, one on which everything of the default stack runs. */
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite } from "../render/support.ts";
import { type MemoryOptions, type MemorySystem, memorySystem } from "../support/memory-system.ts";
import { NOW } from "./healthy.ts";

const rendered = renderSite();
const text = rendered.files.find((file) => file.path === INDEX_PATH)?.content ?? "";
/** Without a certificate: reading one takes a real one. */
const { certificate: _, ...index } = JSON.parse(text) as ServiceIndex;

export const STATUS = {
  Version: "1.98.9-t000",
  TUN: true,
  BackendState: "Running",
  TailscaleIPs: ["100.64.0.1"],
  Self: { DNSName: "gpu.tail0000.ts.net." },
  Health: [],
  CertDomains: ["gpu.tail0000.ts.net"],
};

const PROGRAMS = [
  "podman",
  "newuidmap",
  "newgidmap",
  "pasta",
  "nft",
  "setpriv",
  "loginctl",
  "catatonit",
  "crun",
  "netavark",
  "podman-user-generator",
  "tailscale",
  "timedatectl",
  "systemctl",
];

const setUid = { kind: "file", content: "", uid: 0, gid: 0, mode: 0o4755 } as const;

const FILES: MemoryOptions["files"] = {
  "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n',
  "/proc/sys/kernel/osrelease": "6.12.57+deb13-amd64\n",
  "/proc/sys/user/max_user_namespaces": "127000\n",
  "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n",
  "/proc/meminfo": "MemTotal:       131072000 kB\nSwapTotal:             0 kB\n",
  "/run/systemd/system": { kind: "directory", uid: 0, gid: 0, mode: 0o755 },
  "/usr/lib/systemd/user/dbus.socket": "",
  "/usr/bin/newuidmap": setUid,
  "/usr/bin/newgidmap": setUid,
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n",
  "/etc/subuid": "alice:100000:65536\n",
  "/etc/subgid": "alice:100000:65536\n",
};

export interface HostOptions {
  readonly files?: MemoryOptions["files"];
  readonly without?: readonly string[];
  readonly uid?: number;
  readonly host?: MemoryOptions["host"];
}

export function bareHost({ files = {}, without = [], uid = 0, host = {} }: HostOptions = {}): MemorySystem {
  const programs = PROGRAMS.filter((name) => !without.includes(name));
  const system = memorySystem({
    now: NOW,
    files: { ...FILES, ...files },
    programs,
    host: {
      effectiveUid: () => uid,
      addresses: () => ["192.0.2.10", "100.64.0.1"],
      interfaces: () => new Map([["100.64.0.1", "tailscale0"]]),
      ...host,
    },
  });
  system.runner
    .on("podman --version", { stdout: "podman version 5.4.2\n" })
    .on("systemctl --version", { stdout: "systemd 257 (257.13-1~deb13u1)\n" })
    .on("timedatectl show", { stdout: "NTPSynchronized=yes\nNTP=yes\nCanNTP=yes\n" })
    .on("tailscale status", { stdout: JSON.stringify(STATUS) })
    .on("tailscale serve status", { stdout: "{}" })
    .on("tailscale dns status", { stdout: "Split DNS Routes:\n  (no routes configured: split DNS disabled)\n" })
    .on(/^df /, ({ argv }) => ({ stdout: freeSpace(argv.slice(argv.indexOf("--") + 1)) }))
    .on(/^systemctl show/, ({ argv }) => ({ stdout: shown(argv, "active") }))
    .on(/network-online.target/, ({ argv }) => ({
      stdout: shown(argv, "inactive").replaceAll("=loaded", "=not-found"),
    }));
  return system;
}

function freeSpace(paths: readonly string[]): string {
  return [
    "1B-blocks Avail IFree Inodes Mounted on",
    ...paths.map(() => "252000000000 120000000000 9000000 9900000 /"),
  ].join("\n");
}

/** Every unit that is asked about, in one state. */
export function shown(argv: readonly string[], active: string): string {
  return argv
    .slice(argv.lastIndexOf("--") + 1)
    .map((unit) => `Id=${unit}\nLoadState=loaded\nActiveState=${active}\nSubState=running\nResult=success\nMainPID=0\n`)
    .join("\n");
}

export function runningHost(options: HostOptions = {}): MemorySystem {
  const accounts = new Map(index.services.map((service) => [service.uid, service] as const));
  const own = [...accounts.values()];
  const ranges = own.map(({ user }, at) => `${user}:${196_608 + at * 65_536}:65536`).join("\n");
  const system = bareHost({
    ...options,
    files: {
      [INDEX_PATH]: JSON.stringify(index),
      "/etc/passwd": `${own.map(({ user, uid, gid, home }) => `${user}:x:${uid}:${gid}::${home}:/usr/sbin/nologin`).join("\n")}\n`,
      "/etc/subuid": `alice:100000:65536\n${ranges}\n`,
      "/etc/subgid": `alice:100000:65536\n${ranges}\n`,
      ...Object.fromEntries(
        own.flatMap(({ user, uid }) => [
          [`/var/lib/systemd/linger/${user}`, ""] as const,
          [`/run/user/${uid}`, { kind: "directory", uid, gid: uid, mode: 0o700 }] as const,
          [`/run/user/${uid}/systemd/private`, { kind: "other" }] as const,
        ]),
      ),
      ...Object.fromEntries(
        rendered.files.filter(({ path }) => path.endsWith(".container")).map((file) => [file.path, file.content]),
      ),
      ...cdi(),
      ...options.files,
    },
  });
  system.runner.on(/systemctl --user show/, ({ argv }) => ({ stdout: shown(argv, "active") }));
  system.runner.on(/^systemctl show .*network-online.target/, ({ argv }) => ({
    stdout: shown(argv, "active").replace(/Id=(?:firewalld|docker)\.service\nLoadState=loaded/g, (found) =>
      found.replace("loaded", "not-found"),
    ),
  }));
  return system;
}

function cdi(): Record<string, string> {
  const spec = { cdiVersion: "0.6.0", kind: "nvidia.com/gpu", devices: [{ name: "all" }, { name: "0" }] };
  return {
    "/etc/cdi/nvidia.json": JSON.stringify(spec),
    "/proc/driver/nvidia/version":
      "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build  (x)\n",
  };
}
