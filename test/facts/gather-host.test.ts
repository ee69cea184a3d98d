/** Host facts of a host in memory. */
import { expect, test } from "vitest";
import { gatherHost } from "../../src/facts/gather-host.ts";
import { INDEX_PATH } from "../../src/model/index-file.ts";
import { readOnly } from "../../src/system/read-only.ts";
import { memorySystem } from "../support/memory-system.ts";

const FILES = {
  "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n',
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
  "/etc/group": "root:x:0:\n",
  "/etc/subuid": "alice:100000:65536\n",
  "/etc/resolv.conf": "nameserver 192.0.2.53\n",
  "/run/systemd/system/x": "",
  "/usr/lib/systemd/user/dbus.socket": "",
};

test("a host that has everything", async () => {
  const driver = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build  (me@)  \n";
  const memory = memorySystem({ files: { ...FILES, "/proc/driver/nvidia/version": driver } });
  memory.runner.on("podman --version", { stdout: "podman version 5.4.2\n" });
  memory.runner.on("systemctl --version", { stdout: "systemd 257 (257.13)\n" });
  const status = { BackendState: "Running", TUN: true, TailscaleIPs: ["100.101.102.103"], Version: "1.98.9-t0" };
  memory.runner.on("tailscale status", { stdout: JSON.stringify(status) });
  memory.runner.on("tailscale serve", { stdout: '{"TCP": {"8443": {"HTTPS": true}}}' });
  expect(await gatherHost(readOnly(memory))).toEqual({
    effectiveUid: 0,
    now: new Date("2026-11-21T12:00:00Z"),
    systemdVersion: 257,
    podmanVersion: "5.4.2",
    missingTools: [],
    os: { name: "Debian GNU/Linux 13 (trixie)", family: "debian" },
    podmanOffered: undefined,
    tailnet: { running: true, address: "100.101.102.103", names: [], userspace: false, version: "1.98.9" },
    served: { ports: [8443], services: [] },
    nvidiaDriver: "580.159.04",
    addresses: ["192.0.2.10"],
    interfaces: new Map([["192.0.2.10", "eth0"]]),
    sudoUser: undefined,
    decided: undefined,
    nameservers: ["192.0.2.53"],
    manRoot: "/usr/local/share/man",
    sudoDirectory: undefined,
    hasSudo: true,
    accounts: [{ user: "root", uid: 0, gid: 0, home: "/root" }],
    groups: [{ name: "root", gid: 0 }],
    subuids: [{ owner: "alice", start: 100000, count: 65536 }],
    subgids: [],
  });
});

test("a bare machine: nothing is run, everything is missing", async () => {
  const memory = memorySystem({ programs: [], host: { effectiveUid: () => 1000, addresses: () => ["fe80::1"] } });
  const facts = await gatherHost(readOnly(memory));
  expect(facts).toMatchObject({ effectiveUid: 1000, addresses: [], nameservers: [], accounts: [] });
  expect([facts.systemdVersion, facts.podmanVersion, facts.tailnet.running]).toEqual([undefined, undefined, false]);
  expect(facts.missingTools).toEqual([
    ...["newuidmap", "newgidmap", "pasta", "nft", "setpriv", "loginctl"],
    ...["catatonit", "dbus-user-session"],
  ]);
  expect(facts.hasSudo).toBe(false);
  expect(memory.runner.commands).toEqual([]);
});

test.each([
  [{ exitCode: 127, stderr: "podman: cannot load libgpgme.so.11\nmore\n" }, "podman: cannot load libgpgme.so.11"],
  [{ stdout: "not a version\n" }, "not a version"],
  [{ exitCode: 1 }, "it ends with 1"],
])("a podman that does not say its version: %j", async (answer, podmanSilence) => {
  const memory = memorySystem({ files: FILES, programs: ["podman"] });
  memory.runner.on("podman --version", answer);
  expect(await gatherHost(readOnly(memory))).toMatchObject({ podmanVersion: undefined, podmanSilence });
});

test.each([
  ["podman:\n  Installed: (none)\n  Candidate: 4.9.3+ds1-1ubuntu0.2\n  Version table:\n", "4.9.3+ds1"],
  ["podman:\n  Candidate: 2:5.4.2-1\n", "5.4.2"],
  ["podman:\n  Installed: (none)\n  Candidate: (none)\n", undefined],
  ["N: Unable to locate package podman\n", undefined],
])("the podman that the distribution has, where there is none yet: %j", async (stdout, offered) => {
  const memory = memorySystem({ files: FILES, programs: ["apt-cache"] });
  memory.runner.on("apt-cache policy -- podman", { stdout });
  expect((await gatherHost(readOnly(memory))).podmanOffered).toBe(offered);
});

test("who ran sudo, and what the last run decided", async () => {
  const gather = async (index: string, user: string) =>
    gatherHost(memorySystem({ files: { ...FILES, [INDEX_PATH]: index }, host: { sudoUser: () => user } }));
  const index = { version: 1, address: "100.64.0.1", interface: "tailscale0", operators: ["alice"], services: [] };
  const named = { ...index, certificate: { wanted: { tailscale: { name: "gpu.tail0000.ts.net" } } } };
  expect((await gather(JSON.stringify(named), "bob")).decided?.tailscaleName).toBe("gpu.tail0000.ts.net");
  expect(await gather(JSON.stringify(index), "bob")).toMatchObject({
    sudoUser: "bob",
    decided: { address: "100.64.0.1", interface: "tailscale0", operators: ["alice"] },
  });
  // Written by an older program; damaged; a root shell that sudo opened.
  const nothing = { address: undefined, interface: undefined, operators: undefined };
  expect((await gather('{"version":1,"address":"x"}', "bob")).decided).toEqual(nothing);
  expect((await gather("{", "bob")).decided).toBeUndefined();
  expect((await gather("{}", "root")).sudoUser).toBeUndefined();
});

test("a tailscaled that does not answer knows no address", async () => {
  const memory = memorySystem({ files: FILES });
  memory.runner.on("tailscale", { exitCode: 1, stderr: "failed to connect to local tailscaled\n" });
  const { tailnet, served } = await gatherHost(memory);
  expect([tailnet.running, tailnet.address, served]).toEqual([false, undefined, { ports: [], services: [] }]);
});

test("behind systemd-resolved the real servers count, not its stub", async () => {
  const memory = memorySystem({
    files: {
      ...FILES,
      "/etc/resolv.conf": "nameserver 127.0.0.53\nnameserver 203.0.113.1\n",
      "/run/systemd/resolve/resolv.conf": "nameserver 192.0.2.1\nnameserver 192.0.2.2\n",
    },
  });
  expect((await gatherHost(memory)).nameservers).toEqual(["192.0.2.1", "192.0.2.2", "203.0.113.1"]);
});

test("accounts of a directory service count where nsswitch.conf names one", async () => {
  const memory = memorySystem({ files: { ...FILES, "/etc/nsswitch.conf": "passwd: files sss\ngroup: files\n" } });
  memory.runner.on("getent passwd", { stdout: "root:x:0:0::/root:/bin/sh\ncarol:x:931:931::/home/carol:/bin/sh\n" });
  const facts = await gatherHost(readOnly(memory));
  expect(facts.accounts.map((account) => account.user)).toEqual(["root", "carol"]);
  expect(memory.runner.printed.filter((line) => line.startsWith("getent"))).toEqual(["getent passwd"]);
});
