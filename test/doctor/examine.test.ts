/** Whole hosts in memory: what is read of them, what hangs, what throws, what is hostile. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { reportText } from "../../src/cli/doctor-report.ts";
import { doctorSchema } from "../../src/config/schema/doctor.ts";
import { checks } from "../../src/diagnosis/all.ts";
import { GROUP_NAMES } from "../../src/diagnosis/check.ts";
import type { Entry } from "../../src/diagnosis/judge-all.ts";
import { reportJson } from "../../src/diagnosis/report.ts";
import { examine } from "../../src/doctor/examine.ts";
import { INDEX_PATH } from "../../src/model/index-file.ts";
import type { System } from "../../src/system/interfaces.ts";
import { cpuTime } from "../support/cpu-time.ts";
import { bareHost, runningHost, STATUS } from "./hosts.ts";

async function look(system: System, limitMs = 5_000, isRunning = () => false): Promise<readonly Entry[]> {
  const { entries } = await examine(system, checks, { node: "20.19.2", isRunning, limitMs });
  // Whatever is printed for programs has the form that is published.
  doctorSchema.parse(JSON.parse(JSON.stringify(reportJson(entries, { os: "Debian", version: "1.0.0" }))));
  return entries;
}

function findings(entries: readonly Entry[]): readonly string[] {
  return entries
    .filter(({ level }) => level === "warning" || level === "problem")
    .map(({ level, id, message }) => `${level} ${id}: ${message}`);
}

describe("a healthy host has no finding", () => {
  test("before the first run, for root", async () => {
    expect(findings(await look(bareHost()))).toEqual([]);
  });

  test("before the first run, for an ordinary user: nothing needs root, and nobody is asked to be another", async () => {
    const system = bareHost({ uid: 1000 });
    const entries = await look(system);
    expect(findings(entries)).toEqual([]);
    expect(entries.filter(({ silence }) => silence === "needs root")).toEqual([]);
    expect(system.runner.printed.filter((line) => line.includes("setpriv"))).toEqual([]);
    const text = reportText({ entries, installed: false, words: [] });
    expect(text).toContain("services\n  -        nothing installed yet\n");
    expect(text).toMatch(/\nready: nothing is wrong; sudo install-quadlets shows what it would do$/);
  });

  test("with everything running", async () => {
    const entries = await look(runningHost());
    expect(findings(entries)).toEqual([]);
    expect(entries.filter(({ silence }) => silence !== undefined && silence !== "nothing to say")).toEqual([]);
    const silent = entries.filter(({ level }) => level === "skipped").map(({ id }) => id);
    expect(silent).toEqual(["selinux", "tailscale-certificate", "certificate"]);
  });

  test("with everything running, for an ordinary user: one line a group says what needs root", async () => {
    const entries = await look(runningHost({ uid: 1000 }));
    expect(findings(entries)).toEqual([]);
    const text = reportText({ entries, installed: true, words: ["accounts"] });
    expect(text).toContain(
      "  root     only root can tell: subids, accounts, linger, managers, delegation, pause, limits\n",
    );
    expect(text).toContain(": sudo install-quadlets doctor accounts\n");
  });

  test("every command only reads, and each may take a second or so", async () => {
    const system = runningHost();
    await look(system, 1_500);
    const slow = system.runner.commands.filter(({ timeoutMs }) => timeoutMs === undefined || timeoutMs > 1_500);
    expect(slow).toEqual([]);
    const verbs =
      /^(systemctl (--user )?(show|--version)|podman --version|tailscale (status|serve status|dns status)|timedatectl show|df|find|tar|nft list|firewall-cmd --get|setpriv .*(systemctl --user show|find)) ?/;
    expect(system.runner.printed.filter((line) => !verbs.test(line))).toEqual([]);
  });
});

test("the example of the README", async () => {
  const readme = readFileSync("README.md", "utf8");
  const [, shown = ""] = /\$ install-quadlets doctor\n([\s\S]*?)\n\n`doctor`/.exec(readme) ?? [];
  const lines = shown
    .split("\n")
    .map((line) => line.slice(4))
    .filter((line) => line !== "" && line.trim() !== "...");
  const entries = await look(bareHost({ without: ["newuidmap", "newgidmap", "pasta"] }));
  const text = reportText({ entries, installed: false, words: [] }).split("\n");
  expect(lines.length).toBeGreaterThan(8);
  expect(lines.filter((line) => !text.includes(line))).toEqual([]);
});

describe("damages that are read from the host itself", () => {
  test.each<[string, () => System, readonly string[]]>([
    [
      "no pasta",
      () => bareHost({ without: ["pasta"] }),
      ["problem tools: rootless podman needs pasta, which is not installed"],
    ],
    [
      "newuidmap without its rights",
      () => {
        const host = bareHost({
          files: { "/usr/bin/newuidmap": "" },
          host: { findProgram: (name) => `/usr/bin/${name}` },
        });
        host.runner.on(/^tar /, { stdout: "/usr/bin/newuidmap" });
        return host;
      },
      [
        "problem idmap: /usr/bin/newuidmap is neither set-uid root nor has the capability to map ids: no account can use its subordinate ids",
      ],
    ],
    [
      "newuidmap with a capability, as Fedora has it",
      () => {
        const host = bareHost({
          files: { "/usr/bin/newuidmap": "" },
          host: { findProgram: (name) => `/usr/bin/${name}` },
        });
        host.runner.on(/^tar /, { stdout: "41 SCHILY.xattr.security.capability=x" }).on("firewall-cmd", { stdout: "" });
        return host;
      },
      [],
    ],
    [
      "Tailscale's daemon is down",
      () => {
        const host = bareHost();
        host.runner.on("tailscale status", { exitCode: 1, stderr: "failed to connect to local tailscaled" });
        return host;
      },
      ["warning tailscale: Tailscale's daemon does not answer"],
    ],
    [
      "no linger",
      () => {
        const host = runningHost();
        host.files.nodes.delete("/var/lib/systemd/linger/vllm-user");
        return host;
      },
      [
        "problem linger: vllm-user does not linger: its services end when nobody is logged in as it, and start at no boot",
      ],
    ],
    [
      "a pause process that is gone",
      () => runningHost({ files: { "/run/user/802/libpod/tmp/pause.pid": "4711" } }),
      ["warning pause: podman's pause process of vllm-user is gone, and podman remembers it"],
    ],
    [
      "a pause process with the ids of before",
      () =>
        runningHost({
          files: {
            "/run/user/802/libpod/tmp/pause.pid": "4711\n",
            "/proc/4711/status": "Uid:\t802\t802\t802\t802\n",
            "/proc/4711/uid_map": "         0        802          1\n         1     900000      65536\n",
          },
        }),
      ["problem pause: podman's pause process of vllm-user holds ids that the account no longer has"],
    ],
    [
      "subordinate ids that are gone under a pause process that has them: one cause, one finding",
      () =>
        runningHost({
          files: {
            "/etc/subuid": "alice:100000:65536\n",
            "/etc/subgid": "alice:100000:65536\n",
            "/run/user/802/libpod/tmp/pause.pid": "4711\n",
            "/proc/4711/status": "Uid:\t802\t802\t802\t802\n",
            "/proc/4711/uid_map": "         0        802          1\n         1     262144      65536\n",
          },
        }),
      ["nginx", "dnsmasq", "vllm", "webui", "opik"].map(
        (name) =>
          `problem subids: ${name}-user has no subordinate uids and no subordinate gids, and needs 65536 of each`,
      ),
    ],
    [
      "a record that is no JSON",
      () => runningHost({ files: { [INDEX_PATH]: "{" } }),
      [`problem record: the record ${INDEX_PATH} is damaged`],
    ],
    [
      "a run that was cut off",
      () =>
        runningHost({
          files: {
            "/var/lib/install-quadlets/generations/0003/meta.json": JSON.stringify({
              version: 1,
              number: 3,
              started: "2026-11-26T10:00:00Z",
              who: "alice",
              what: "install",
              result: "open",
            }),
          },
        }),
      ["problem last-run: run 3 (install, 2026-11-26, by alice) was cut off"],
    ],
    [
      "no CDI file",
      () => {
        const host = runningHost();
        host.files.nodes.delete("/etc/cdi/nvidia.json");
        return host;
      },
      ["problem gpu: no CDI specification in /etc/cdi or /var/run/cdi defines nvidia.com/gpu=all"],
    ],
    [
      "a host with an H200, its driver and nothing of podman yet, as it is handed over",
      () =>
        bareHost({
          without: [
            "podman",
            "podman-user-generator",
            "newuidmap",
            "newgidmap",
            "pasta",
            "nft",
            "crun",
            "netavark",
            "catatonit",
            "tailscale",
          ],
          files: {
            "/etc/os-release": 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nID=ubuntu\nID_LIKE=debian\n',
            "/proc/driver/nvidia/version":
              "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build  (nixbld@)  \nGCC version:  gcc version 15.3.0 (GCC) \n",
            "/sys/bus/pci/devices/0000:00:06.0/class": "0x030200\n",
            "/sys/bus/pci/devices/0000:00:06.0/vendor": "0x10de\n",
          },
        }),
      [
        "problem podman: podman is not installed",
        "problem tools: rootless podman needs newuidmap, newgidmap, pasta, nft and catatonit, which are not installed",
        "warning tailscale: Tailscale is not installed: without it the site needs `listen` in stack.yaml",
        "warning gpu: no CDI specification in /etc/cdi or /var/run/cdi defines nvidia.com/gpu=all",
      ],
    ],
    [
      "a CDI file that names what is gone, as an ordinary user sees it",
      () => {
        const spec = {
          kind: "nvidia.com/gpu",
          devices: [{ name: "all", containerEdits: { deviceNodes: [{ path: "/dev/dri/renderD129" }] } }],
        };
        const host = bareHost({
          uid: 1000,
          files: {
            "/etc/cdi/nvidia.json": JSON.stringify(spec),
            "/proc/driver/nvidia/version":
              "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release\n",
          },
        });
        host.runner.on(/^find \/dev\/dri\/renderD129|^LC_ALL=C find/, {
          exitCode: 1,
          stderr: "find: '/dev/dri/renderD129': No such file or directory\n",
        });
        return host;
      },
      ["warning gpu: /etc/cdi/nvidia.json is out of date: /dev/dri/renderD129 is not there"],
    ],
    [
      "our firewall table is not loaded",
      () => {
        const host = runningHost();
        host.runner.on("nft list table inet install_quadlets", { exitCode: 1, stderr: "No such file or directory" });
        return host;
      },
      [
        "problem firewall-table: the table inet install_quadlets is not loaded: every user of this host may call every service",
      ],
    ],
    [
      "a card without a driver",
      () =>
        bareHost({
          files: {
            "/sys/bus/pci/devices/0000:00:06.0/class": "0x030200\n",
            "/sys/bus/pci/devices/0000:00:06.0/vendor": "0x10de\n",
          },
        }),
      ["warning gpu: an NVIDIA card is in this machine, and its driver is not loaded"],
    ],
    [
      "a manager that may not open as many files as ClickHouse asks for",
      () => {
        const host = runningHost({
          files: { "/proc/900/limits": "Max open files            1024                 20000                files\n" },
        });
        host.runner.on(/show .*user@804/, ({ argv }) => ({
          stdout: argv
            .slice(argv.lastIndexOf("--") + 1)
            .map(
              (unit) =>
                `Id=${unit}\nLoadState=loaded\nActiveState=active\nMainPID=${unit === "user@804.service" ? 900 : 0}\nLimitNOFILE=524288\n`,
            )
            .join("\n"),
        }));
        return host;
      },
      [
        "problem limits: opik-clickhouse asks for 262144 open files, and user@804.service, the manager of opik-user, runs with 20000",
      ],
    ],
    [
      "port 443 taken by a service of the system",
      () =>
        bareHost({
          files: {
            "/proc/4242/net/tcp":
              "  0: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 81234 1\n",
            "/proc/812/cgroup": "0::/system.slice/apache2.service\n",
          },
          host: { socketOwners: () => new Map([[81234, "apache2 (pid 812)"]]) },
        }),
      ["problem ports: port 443 (tcp) is held by apache2 (pid 812) on 0.0.0.0, and the default stack wants it"],
    ],
  ])("%s", async (_, host, expected) => {
    expect(findings(await look(host()))).toEqual(expected);
  });
});

describe("what hangs, what throws", () => {
  test("a command that does not end is cut off, said once, and costs nobody else", async () => {
    const system = bareHost();
    const hanging: System = {
      ...system,
      runner: {
        ...system.runner,
        run: () => new Promise(() => undefined),
        probe: (command) =>
          command.argv[0] === "tailscale" ? new Promise(() => undefined) : system.runner.probe(command),
      },
    };
    const before = performance.now();
    const entries = await look(hanging, 100);
    expect(performance.now() - before).toBeLessThan(15_000);
    const [only, ...more] = findings(entries);
    expect(only).toMatch(/^warning (tailscale|tailscale-rules): .*: no answer within 0\.1 s, cut off$/);
    expect(more).toEqual([]);
    expect(entries.map(({ group }) => group)).toEqual(expect.arrayContaining([...GROUP_NAMES]));
    expect(entries.find(({ id }) => id === "podman")?.message).toBe("podman 5.4.2");
  });

  test("a service whose manager hangs is a line, and the others are judged", async () => {
    const system = runningHost();
    const hanging: System = {
      ...system,
      runner: {
        run: () => new Promise(() => undefined),
        probe: (command) =>
          command.argv.includes("--user") && command.argv.includes("802")
            ? new Promise(() => undefined)
            : system.runner.probe(command),
      },
    };
    // A tenth of it is what the rest has left, on a busy machine, too.
    expect(findings(await look(hanging, 5_000))).toEqual([
      "warning services: vllm-qwen: its state was not told within 4.5 s",
    ]);
  });

  test("what throws is a line of its own, in its group", async () => {
    const system = runningHost({
      host: {
        addresses: () => {
          throw new TypeError("addresses of undefined");
        },
      },
    });
    const entries = await look(system);
    expect(findings(entries)).toEqual([
      "warning address: whether the address that the site serves is on an interface: could not be looked at (a fault of install-quadlets: addresses of undefined)",
    ]);
    expect(entries.find(({ id }) => id === "room")?.level).toBe("ok");
  });
});

describe("hostile input", () => {
  const everything = (entries: readonly Entry[]) =>
    `${reportText({ entries, installed: true, words: [] })}${JSON.stringify(reportJson(entries, { os: "", version: "" }))}`;

  test("a binary os-release, a megabyte of Tailscale's complaints, escapes in names", async () => {
    const system = bareHost({
      files: {
        "/etc/os-release":
          "\u0000\u001b]0;x\u0007ID=debian\nID=__proto__\nID_LIKE=constructor\nPRETTY_NAME=\u001b[31m\n",
        "/etc/subuid": "al\u001b[2Jice:100000:65536\nbob:100000:65536\n",
        "/proc/4242/net/tcp":
          "  0: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 81234 1\n",
        "/run/systemd/container": "\u001b[5m\n",
      },
      host: { socketOwners: () => new Map([[81234, "\u001b[2J\u202egnp (pid 812)"]]) },
    });
    system.runner.on("tailscale status", {
      stdout: JSON.stringify({ ...STATUS, Health: ["\u001b[2J".repeat(250_000)], BackendState: "Running" }),
    });
    const { entries, base } = await examine(system, checks, { node: "20.19.2", isRunning: () => false });
    expect(base.os.family).toBeUndefined();
    const text = everything(entries);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text.length).toBeLessThan(20_000);
    expect(text).toContain("\\u001b[2J");
  });

  test("a pause.pid that is a pipe, a link, or a number of somebody's process", async () => {
    const place = "/run/user/802/libpod/tmp/pause.pid";
    const of = async (files: Parameters<typeof runningHost>[0]) => findings(await look(runningHost(files)));
    expect(await of({ files: { [place]: { kind: "other" } } })).toEqual([]);
    expect(await of({ files: { [place]: { kind: "symlink", target: "/etc/shadow" } } })).toEqual([]);
    expect(await of({ files: { [place]: "1", "/proc/1/status": "Uid:\t0\t0\t0\t0\n" } })).toHaveLength(1);
    expect(await of({ files: { [place]: "-1; rm -rf /" } })).toEqual([]);
  });

  test("ten thousand ranges that overlap: folded, and soon", async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `user${i}:${100_000 + i}:65536`).join("\n");
    const seconds = await cpuTime(async () => {
      const found = findings(await look(bareHost({ files: { "/etc/subuid": lines } })));
      expect(found).toHaveLength(20);
      expect(found.at(-1)).toBe("problem subid-overlap: and 9980 more of the kind");
    });
    expect(seconds).toBeLessThan(3);
  });
});
