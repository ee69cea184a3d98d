/** The facts of a host on which all is well: cases damage one thing of it. */
import type { About } from "../../src/diagnosis/check.ts";
import type { SettledParts } from "../../src/diagnosis/judge-all.ts";
import type { PartName, Parts } from "../../src/diagnosis/parts.ts";
import type { ServiceIndex } from "../../src/model/index-file.ts";

export const NOW = new Date("2026-11-27T12:00:00Z");

export function healthyAbout(): About {
  return { os: { name: "Debian GNU/Linux 13 (trixie)", family: "debian" }, root: true, installed: true, now: NOW };
}

const GIB = 1024 ** 3;

/** Made anew for each case: they write into it. */
export function healthyParts(): Parts {
  const own = (user: string, uid: number, home: string) => ({
    user,
    uid,
    gid: uid,
    home,
    exists: true,
    lingers: true,
    manager: "active",
    runtime: "own",
    pause: "fine",
    controllers: ["cpu", "memory", "pids"],
  });
  const ranges = () => [
    { owner: "alice", start: 100_000, count: 65_536 },
    { owner: "nginx-user", start: 196_608, count: 65_536 },
    { owner: "vllm-user", start: 262_144, count: 65_536 },
  ];
  return structuredClone({
    kernel: {
      release: "6.12.57+deb13-amd64",
      controllers: ["cpuset", "cpu", "io", "memory", "pids"],
      namespaces: 127_000,
      forbidden: false,
      restricted: false,
      profile: false,
      container: "",
    },
    systemd: { version: 257 },
    podman: { version: "5.4.2", silence: undefined, generator: true },
    node: { version: "20.19.2" },
    tools: { missing: [], powerless: [], runtime: "crun", netavark: true },
    clock: { synchronised: true, can: true, on: true },
    memory: { total: 64 * GIB, swap: 0 },
    ids: {
      ours: ["nginx-user", "vllm-user"],
      subuids: ranges(),
      subgids: ranges(),
    },
    index: {
      version: 2,
      domain: "liminati.internal",
      address: "100.101.102.103",
      interface: "tailscale0",
      operators: [],
      services: [
        { name: "nginx-proxy", user: "nginx-user", uid: 801, units: [{ name: "nginx-proxy", memory: "1g" }] },
        { name: "vllm-qwen", user: "vllm-user", uid: 802, units: [{ name: "vllm-qwen", memory: "32g" }] },
      ],
      certificate: { wanted: { service: "nginx-proxy", tailscale: { name: "gpu.tail1234.ts.net" } } },
    } as unknown as ServiceIndex,
    record: { trouble: undefined, services: 2 },
    ours: [own("nginx-user", 801, "/var/lib/nginx-proxy"), own("vllm-user", 802, "/var/lib/vllm")],
    asks: [],
    units: new Map([
      ["network-online.target", "active"],
      ["systemd-networkd-wait-online.service", "active"],
    ]),
    tailscale: {
      installed: true,
      state: "Running",
      tailnet: {
        running: true,
        address: "100.101.102.103",
        names: ["gpu.tail1234.ts.net"],
        userspace: false,
        version: "1.98.9",
      },
      served: { ports: [], services: [] },
      keyExpiry: undefined,
      tagged: true,
      health: [],
      routes: new Map([["liminati.internal", ["100.101.102.103"]]]),
    },
    addresses: ["192.0.2.10", "100.101.102.103"],
    sockets: {
      address: "100.101.102.103",
      wanted: [
        {
          service: "nginx-proxy",
          name: "https",
          port: 443,
          protocols: ["tcp"],
          bind: ["tailnet"],
          uid: 801,
          redirected: false,
        },
        {
          service: "dnsmasq",
          name: "dns",
          port: 53,
          protocols: ["udp", "tcp"],
          bind: ["tailnet"],
          uid: 803,
          redirected: true,
        },
        {
          service: "vllm-qwen",
          name: "api",
          port: 8000,
          protocols: ["tcp"],
          bind: ["loopback"],
          uid: 802,
          redirected: false,
        },
      ],
      listeners: [
        listener("100.101.102.103", 443, "systemd (pid 700)", 801),
        listener("127.0.0.53", 53, "systemd-resolve (pid 400)", 991),
        listener("127.0.0.1", 8000, "pasta (pid 900)", 802),
      ],
    },
    firewall: { interface: "tailscale0", firewalld: undefined, ufw: undefined, table: true },
    selinux: { enforcing: false, policy: false, unlabelled: [] },
    gpu: {
      cards: ["NVIDIA"],
      driver: "580.159.04",
      devices: ["nvidia.com/gpu=all"],
      toolkit: true,
      problems: [],
      asking: ["vllm-qwen"],
    },
    certificate: {
      refused: undefined,
      ends: [
        {
          which: "of the site",
          daysLeft: 390,
          until: "2027-12-22T12:00:00.000Z",
          renewedFrom: "2027-11-22T12:00:00.000Z",
        },
      ],
    },
    services: [
      { name: "nginx-proxy", user: "nginx-user", word: "healthy", sentence: "all 4 units are up", hint: undefined },
      { name: "vllm-qwen", user: "vllm-user", word: "healthy", sentence: "its health check passes", hint: undefined },
    ],
    runs: {
      last: {
        version: 1,
        number: 7,
        started: "2026-11-26T10:00:00.000Z",
        ended: "2026-11-26T10:01:00.000Z",
        who: "alice",
        tool: "0.1.0",
        what: "install",
        summary: "3 changes",
        result: "done",
        error: undefined,
      },
      running: false,
    },
    room: [
      {
        place: "/",
        holds: "nginx-proxy, vllm-qwen",
        size: 250 * GIB,
        free: 100 * GIB,
        inodes: 1_000_000,
        freeInodes: 900_000,
      },
    ],
    images: [],
    backups: {
      everySeconds: 86_400,
      timerSince: new Date("2026-10-01T00:00:00Z"),
      services: [
        { name: "opik", taken: new Date("2026-11-27T03:12:00Z") },
        { name: "open-webui", taken: new Date("2026-11-27T03:20:00Z") },
      ],
    },
  }) as unknown as Parts;
}

function listener(address: string, port: number, process: string, uid: number): object {
  return { protocol: "tcp", address, port, process, uid, unit: undefined };
}

export function settled(parts: Parts): SettledParts {
  const names = Object.keys(parts) as PartName[];
  return Object.fromEntries(names.map((name) => [name, { kind: "known", value: parts[name] }])) as SettledParts;
}
