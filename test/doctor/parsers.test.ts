/** What programs and files say, and what is understood of it: also of what they never said. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { parseFreeSpace } from "../../src/commands/disk.ts";
import { archiveWithCapabilities } from "../../src/commands/host.ts";
import { freeStart, overlaps } from "../../src/diagnosis/free-ids.ts";
import { wantedPorts } from "../../src/diagnosis/ports.ts";
import { listed } from "../../src/diagnosis/words.ts";
import { parseOpened, parseRules, zoneOf } from "../../src/doctor/gather-firewall.ts";
import { hasCapability, parseClock, parseMemory } from "../../src/doctor/gather-machine.ts";
import { parseRoutes, parseStatus, parseSystemUnit } from "../../src/doctor/gather-net.ts";
import { hasOldIds, parseUlimits } from "../../src/doctor/gather-own.ts";
import { hurried } from "../../src/doctor/hurried.ts";
import { parseOsRelease } from "../../src/facts/os.ts";
import type { ServiceIndex } from "../../src/model/index-file.ts";
import { memoryText, parseSize } from "../../src/model/size.ts";
import { RealRunner } from "../../src/system/runner.ts";
import { memorySystem } from "../support/memory-system.ts";

describe("os-release", () => {
  test.each([
    ['ID=debian\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"', "debian", "Debian GNU/Linux 13 (trixie)"],
    ["ID=ubuntu\nID_LIKE=debian\nPRETTY_NAME='Ubuntu 26.04'", "debian", "Ubuntu 26.04"],
    ['ID="linuxmint"\nID_LIKE="ubuntu debian"', "debian", "linuxmint"],
    ["ID=fedora", "fedora", "fedora"],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"', "fedora", "rocky"],
    ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"', "suse", "opensuse-tumbleweed"],
    ['ID="sle-micro"\nID_LIKE="suse"', "suse", "sle-micro"],
    ["ID=arch", "arch", "arch"],
    ["ID=manjaro\nID_LIKE=arch", "arch", "manjaro"],
    ["ID=alpine", undefined, "alpine"],
    ["ID=__proto__\nID_LIKE=constructor", undefined, "__proto__"],
    ["", undefined, "an unknown distribution"],
    [`${"\u0000".repeat(200_000)}\nID=debian`, undefined, "an unknown distribution"],
    [`PRETTY_NAME=${"x".repeat(5_000)}`, undefined, "x".repeat(100)],
  ])("%j", (text, family, name) => {
    expect(parseOsRelease(text)).toEqual({ family, name });
  });
});

test.each([
  ["NTPSynchronized=yes\nNTP=yes\nCanNTP=yes\n", { synchronised: true, on: true, can: true }],
  ["CanNTP=no\nNTP=no\nNTPSynchronized=no\n", { synchronised: false, on: false, can: false }],
  ["Failed to connect to bus", { synchronised: undefined, on: false, can: false }],
])("the clock %j", (text, expected) => expect(parseClock(text)).toEqual(expected));

test("a capability in an archive, as the real tar writes it", async () => {
  const folder = mkdtempSync(`${tmpdir()}/capability-`);
  try {
    writeFileSync(`${folder}/program`, "x");
    const { stdout } = await new RealRunner().probe(archiveWithCapabilities(`${folder}/program`));
    expect(stdout).toContain(`${folder}/program`);
    expect(hasCapability(stdout)).toBe(false);
    // Giving one takes root's rights, which a test has not everywhere; this is what tar wrote for such a file.
    expect(hasCapability(`${stdout}61 SCHILY.xattr.security.capability=\u0001\u0000\u0000\u0002`)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("memory", () => {
  expect(parseMemory("MemTotal:       32768 kB\nMemFree: 1 kB\nSwapTotal:       1024 kB\n")).toEqual({
    total: 32 * 1024 * 1024,
    swap: 1024 * 1024,
  });
  expect(parseMemory("")).toEqual({ total: 0, swap: 0 });
});

describe("tailscale", () => {
  test("status", () => {
    const { state, keyExpiry, tagged, health } = parseStatus(
      JSON.stringify({
        BackendState: "NeedsLogin",
        Self: { KeyExpiry: "2026-12-10T12:00:00Z", Tags: ["tag:llm"] },
        Health: ["You are logged out.", 7],
      }),
    );
    expect({ state, keyExpiry, tagged, health }).toEqual({
      state: "NeedsLogin",
      keyExpiry: new Date("2026-12-10T12:00:00Z"),
      tagged: true,
      health: ["You are logged out."],
    });
  });

  test.each(["", "null", "[]", '{"BackendState": 7, "Self": null}', '{"Self": {"KeyExpiry": "never"}}'])(
    "status %j",
    (text) => {
      expect(parseStatus(text)).toMatchObject({ state: undefined, keyExpiry: undefined, tagged: false, health: [] });
    },
  );

  test("split DNS, among all else that it prints", () => {
    const text = [
      "=== MagicDNS configuration ===",
      "Resolvers (in preference order):",
      "  - 9.9.9.9",
      "",
      "Split DNS Routes:",
      "  - liminati.internal              -> 100.64.0.1",
      "  - liminati.internal              -> 100.64.0.2 (bootstrap: [])",
      "  - ts.net.                        -> 199.247.155.53",
      "",
      "Search Domains:",
      "  - tail0000.ts.net",
    ].join("\n");
    expect(parseRoutes(text)).toEqual(
      new Map([
        ["liminati.internal", ["100.64.0.1", "100.64.0.2"]],
        ["ts.net", ["199.247.155.53"]],
      ]),
    );
    expect(parseRoutes("Split DNS Routes:\n  (no routes configured: split DNS disabled)\n")).toEqual(new Map());
    expect(parseRoutes("lab stand-in: tailscale dns status is not known here")).toBeUndefined();
  });
});

test.each([
  ["0::/system.slice/apache2.service\n", "apache2.service"],
  ["0::/system.slice/system-nginx.slice/nginx@a.service/x\n", "nginx@a.service"],
  ["0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.service\n", undefined],
  ["0::/system.slice/docker-abc.scope\n", undefined],
  ["0::/system.slice/evil;reboot.service\n", undefined],
  ["", undefined],
])("the unit of a process, %j", (text, expected) => expect(parseSystemUnit(text)).toBe(expected));

test.each([
  ["trusted\n", "public\n", "trusted"],
  ["no zone\n", "public\n", "public"],
  ["", "FedoraServer\n", "FedoraServer"],
  ["", "", ""],
])("a zone of firewalld, %j by default %j", (own, standard, expected) => expect(zoneOf(own, standard)).toBe(expected));

test("what a zone of firewalld opens", () => {
  expect(parseOpened("8081/tcp 9000-9010/udp\n", "ssh https dns\n")).toEqual([
    "8081/tcp",
    "9000-9010/udp",
    "443/tcp",
    "53/tcp",
    "53/udp",
  ]);
  expect(parseOpened("\n", "")).toEqual([]);
});

test("what ufw lets in at an interface", () => {
  const rules = [
    "### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in",
    "-A ufw-user-input -p tcp --dport 443 -j ACCEPT",
    "### tuple ### allow any 53 0.0.0.0/0 any 192.168.1.0/24 in_eth0",
    "### tuple ### limit tcp 22 0.0.0.0/0 any 0.0.0.0/0 in",
    "### tuple ### allow_log tcp 80,8081 0.0.0.0/0 any 0.0.0.0/0 Nginx%20HTTP - in comment=78",
    "### tuple ### allow udp 60000:61000 0.0.0.0/0 any 0.0.0.0/0 in_eth1",
    "### tuple ### deny tcp 9 0.0.0.0/0 any 0.0.0.0/0 in",
    "### tuple ### allow tcp 10 0.0.0.0/0 any 0.0.0.0/0 out",
    "### tuple ### route:allow tcp 11 0.0.0.0/0 any 0.0.0.0/0 in_eth0",
  ].join("\n");
  expect(parseRules(rules, "eth0")).toEqual(["443/tcp", "53/tcp", "53/udp", "22/tcp", "80/tcp", "8081/tcp"]);
  expect(parseRules(rules, "eth1")).toContain("60000-61000/udp");
  expect(parseRules("### tuple ### allow any any 0.0.0.0/0 any 0.0.0.0/0 in_eth0", "eth0")).toBe("everything");
});

describe("subordinate ids", () => {
  const line = (owner: string, start: number, count: number) => ({ owner, start, count });

  test("a range that spans several others", () => {
    const found = overlaps([line("a", 100, 1000), line("b", 200, 10), line("c", 500, 10), line("d", 1100, 10)]);
    expect(found.map(({ one, other }) => `${one.owner}${other.owner}`)).toEqual(["ab", "ac"]);
  });

  test("side by side, and of one owner, is no overlap", () => {
    expect(overlaps([line("a", 100, 100), line("b", 200, 100), line("b", 250, 100)])).toEqual([]);
  });

  test("there is room behind all of them", () => {
    expect(freeStart([])).toBe(131_072);
    expect(freeStart([line("a", 262_144, 65_536)])).toBe(327_680);
    expect(freeStart([line("a", 262_144, 65_537)])).toBe(393_216);
  });

  const own = [{ start: 262_144, count: 65_536 }];
  test.each([
    ["         0        802          1\n         1     262144      65536\n", false],
    ["         0        802          1\n         1     900000      65536\n", true],
    ["         0        802          1\n         1     262144      65537\n", true],
    ["         0        802          1\n", false],
    ["", false],
  ])("of a pause process, %j", (map, expected) => expect(hasOldIds(map, 802, own)).toBe(expected));
});

test("what a unit asks for", () => {
  const text =
    "[Container]\nUlimit=nofile=1024:262144\nUlimit=host\nUlimit=memlock=-1:-1\nUlimit=core=0\n[Service]\nUlimit=nproc=5\n";
  expect(parseUlimits(text)).toEqual([{ resource: "nofile", wanted: 262_144 }]);
});

test("room", () => {
  const text = "1B-blocks Avail IFree Inodes Mounted on\n100 50 9 10 /\n200 20 - - /var/lib/my data\nrubbish\n";
  expect(parseFreeSpace(text)).toEqual([
    { place: "/", size: 100, free: 50, freeInodes: 9, inodes: 10 },
    { place: "/var/lib/my data", size: 200, free: 20, freeInodes: 0, inodes: 0 },
  ]);
});

test.each([
  ["2g", 2 ** 31],
  ["512m", 512 * 2 ** 20],
  ["1024", 1024],
  ["8G", 2 ** 33],
  ["", 0],
  ["much", 0],
])("a size, %j", (text, expected) => expect(parseSize(text)).toBe(expected));

test("numbers and lists for people", () => {
  expect([0, 512, 2 ** 30, 1.5 * 2 ** 30, 200 * 2 ** 30].map(memoryText)).toEqual([
    "0 B",
    "512 B",
    "1 GiB",
    "1.5 GiB",
    "200 GiB",
  ]);
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map((names) => listed(names))).toEqual([
    "",
    "a",
    "a and b",
    "a, b and c",
  ]);
  expect(listed(["a", "b", "c", "d"], 3)).toBe("a, b and 2 more");
});

test("ports of an index: the one behind a redirection, and the one that people use", () => {
  const port = { name: "dns", port: 5353, protocols: ["udp"], bind: ["tailnet"], redirectFrom: 53, callers: [] };
  const index = { services: [{ name: "dnsmasq", uid: 803, ports: [port] }] } as unknown as ServiceIndex;
  expect(wantedPorts(index).map(({ port: number, redirected }) => [number, redirected])).toEqual([
    [5353, false],
    [53, true],
  ]);
});

test("nothing is run that is not a question", async () => {
  const system = hurried(memorySystem(), 1_000);
  await expect(system.runner.run({ argv: ["reboot"] })).rejects.toThrow("doctor changes nothing");
});
