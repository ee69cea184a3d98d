/** What is wrong with a host is said in a sentence, with what to do, and the host stays as it was. */
import { beforeAll, describe, expect, test } from "vitest";
import { startFrom } from "./start.ts";
import { type Answer, fingerprintOfHost, hostScript, lab, TAILNET_ADDRESS, tryHost } from "./support.ts";

/** A copy that everybody may read: npx unpacks into root's home. */
const PACKAGE = "/tmp/refuse/package";
const PRODUCT = ["node", `${PACKAGE}/dist/bin/install-quadlets.cjs`];
const ACCOUNT_FILES = "passwd group shadow gshadow subuid subgid";

interface Fault {
  readonly name: string;
  /** Shell, as root: how the host gets the fault and how it loses it. */
  readonly make?: string;
  readonly undo?: string;
  /** A command that runs the product in another way than plainly as root. */
  readonly through?: readonly string[];
  readonly says: readonly (string | RegExp)[];
  /** 1 without it. */
  readonly code?: number;
}

/** Runs a command while it sees something else at a path; nobody else does. */
function seeing(source: string, path: string): readonly string[] {
  return ["unshare", "--mount", "--", "sh", "-euc", `mount --bind ${source} ${path}; exec "$@"`, "sh"];
}

function listener(address: string, port: number): Pick<Fault, "make" | "undo"> {
  const program = `import socket, time; s = socket.create_server(("${address}", ${port})); time.sleep(600)`;
  return {
    make: `cp -L /usr/bin/python3 /tmp/refuse/squatter
      nohup /tmp/refuse/squatter -c '${program}' >/dev/null 2>&1 & echo $! >/tmp/refuse/pid
      until ss -Hltn sport = :${port} | grep -q .; do sleep 0.05; done`,
    undo: 'kill "$(cat /tmp/refuse/pid)"',
  };
}

const FAULTS: readonly Fault[] = [
  {
    name: "not root",
    through: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"],
    says: ["error: this needs root", "hint: run it with sudo"],
    code: 77,
  },
  {
    name: "no systemd",
    through: ["unshare", "--mount", "--", "sh", "-euc", 'mount -t tmpfs none /run/systemd; exec "$@"', "sh"],
    says: ["error: systemd is not running as PID 1", "hint: install on a host that was booted with systemd"],
  },
  {
    name: "no podman",
    make: "mv /usr/bin/podman /usr/bin/podman.away",
    undo: "mv /usr/bin/podman.away /usr/bin/podman",
    says: ["error: podman is not installed", "hint: sudo apt-get install --yes podman"],
  },
  {
    name: "podman 4.9.3",
    make: "printf '#!/bin/sh\\necho podman version 4.9.3\\n' >/tmp/refuse/podman; chmod 755 /tmp/refuse/podman",
    through: seeing("/tmp/refuse/podman", "/usr/bin/podman"),
    says: ["error: podman 4.9.3 is too old", "5.0 or newer", "hint: Debian 13, Ubuntu 26.04"],
  },
  {
    name: "a podman that is there and does not answer",
    make: "printf '#!/bin/sh\\necho podman: cannot load libgpgme.so.11 >&2; exit 127\\n' >/tmp/refuse/podman; chmod 755 /tmp/refuse/podman",
    through: seeing("/tmp/refuse/podman", "/usr/bin/podman"),
    says: [
      "error: podman is installed, but does not say which version it is: podman: cannot load libgpgme.so.11",
      "hint: podman --version",
    ],
  },
  {
    name: "a program is missing that rootless podman needs",
    make: "mv /usr/bin/newuidmap /usr/bin/newuidmap.away",
    undo: "mv /usr/bin/newuidmap.away /usr/bin/newuidmap",
    says: ["error: rootless podman needs newuidmap, which is not installed", "hint: sudo apt-get install --yes uidmap"],
  },
  {
    name: "no container toolkit has made the GPU known to podman",
    make: "mv /etc/cdi/nvidia.yaml /etc/cdi/nvidia.away",
    undo: "mv /etc/cdi/nvidia.away /etc/cdi/nvidia.yaml",
    says: [
      "error: vllm-qwen asks for nvidia.com/gpu=all, and no CDI specification of this host defines it",
      "container-toolkit/latest/install-guide.html says, then sudo nvidia-ctk cdi generate",
    ],
  },
  {
    name: "Tailscale is stopped",
    make: "systemctl stop tailscaled",
    undo: "systemctl start tailscaled",
    says: ["error: this host has no Tailscale IPv4 address", "hint: run `tailscale up`", "stack.yaml"],
  },
  {
    name: "Tailscale is not installed",
    make: "mv /usr/bin/tailscale /usr/bin/tailscale.away",
    undo: "mv /usr/bin/tailscale.away /usr/bin/tailscale",
    says: ["error: this host has no Tailscale IPv4 address"],
  },
  {
    name: "Tailscale brings loopback into the tailnet, and stands in front of our ports",
    make: `mkdir -p /var/lib/tailscale-lab; cd /var/lib/tailscale-lab; touch userspace; echo 1.98.5 >version
      echo '{"TCP": {"443": {"HTTPS": true}}, "Services": {"svc:chat": {}}}' >serve.json`,
    undo: "rm -r /var/lib/tailscale-lab",
    says: [
      "error: tailscaled runs in userspace mode: whoever is in the tailnet reaches every loopback port",
      "hint: start tailscaled with its network interface",
      "error: Tailscale 1.98.5 hands calls for the Services of this host (svc:chat) on to its loopback ports",
      "hint: update Tailscale to 1.98.9, or to 1.102 or newer",
      "error: tailscale serve answers port 443 of this host: nobody in the tailnet would reach nginx-proxy there",
      "services.nginx-proxy.ports.https in /etc/install-quadlets/stack.yaml",
    ],
  },
  {
    name: "listen is an address of another host",
    make: "mkdir /etc/install-quadlets; echo 'listen: 203.0.113.9' >/etc/install-quadlets/stack.yaml",
    undo: "rm -r /etc/install-quadlets",
    says: [
      "/etc/install-quadlets/stack.yaml:1:9 listen: 203.0.113.9 is not an address of this host",
      "hint: this host has",
      TAILNET_ADDRESS,
    ],
  },
  {
    name: "a port is taken on loopback",
    ...listener("127.0.0.1", 8000),
    says: [
      /error: port 8000 \(tcp\) of vllm-qwen is already taken on 127\.0\.0\.1 by squatter \(pid \d+\)/,
      "hint: stop that program, or set services.vllm-qwen.ports.api",
    ],
  },
  {
    name: "a port is taken on every address",
    ...listener("0.0.0.0", 5173),
    says: [
      /error: port 5173 \(tcp\) of opik is already taken on 0\.0\.0\.0 by squatter \(pid \d+\)/,
      "hint: stop that",
    ],
  },
  {
    name: "a user of ours exists with another home",
    make: `cd /etc; for f in ${ACCOUNT_FILES}; do find $f $f- 2>/dev/null || true; done | xargs tar -cf /tmp/refuse/accounts.tar
      useradd --home-dir /home/opik opik-user`,
    undo: `cd /etc; for f in ${ACCOUNT_FILES}; do rm -f $f-; done; tar -xf /tmp/refuse/accounts.tar`,
    says: [
      "error: user opik-user exists with the home /home/opik, but service opik wants /var/lib/opik",
      "hint: set services.opik.account.user",
    ],
  },
  {
    name: "a user manager may not grant the open files that a container asks for",
    make: `mkdir -p /etc/systemd/system/user@.service.d
      printf '[Service]\\nLimitNOFILE=1024:20000\\n' >/etc/systemd/system/user@.service.d/90-low.conf`,
    undo: "rm -r /etc/systemd/system/user@.service.d",
    says: [
      /error: opik-clickhouse asks for 262144 open files, but user@\d+\.service, the manager of opik-user, may grant 20000: /,
      ": LimitNOFILE=1024:20000 in /etc/systemd/system/user@.service.d/90-low.conf:2",
      "hint: allow 262144 there and run systemctl daemon-reload; or lower containers.clickhouse.ulimits.nofile in",
    ],
  },
  {
    name: "nobody there to ask, and no --yes",
    says: ["error: there is no terminal to ask on, and nothing was changed", "hint: --yes"],
  },
  {
    name: "several faults at once",
    make: "mv /usr/bin/podman /usr/bin/podman.away",
    undo: "mv /usr/bin/podman.away /usr/bin/podman",
    through: ["unshare", "--mount", "--", "sh", "-euc", 'mount -t tmpfs none /run/systemd; exec "$@"', "sh"],
    says: [
      "error: systemd is not running as PID 1",
      "error: podman is not installed",
      "hint: install on a host that was booted with systemd",
      "hint: sudo apt-get install --yes podman",
    ],
  },
];

startFrom("bare");

/** Everything is applied without asking, except where the lack of that is the fault; missing packages stay missing. */
function argumentsFor(fault: Fault): readonly string[] {
  return fault.name.includes("--yes") ? [] : ["--yes", "--no-packages"];
}

function expectPlain(answer: Answer): void {
  expect(`${answer.out}\n${answer.err}`).not.toMatch(
    /\n\s+at .*[:(]|node:internal|fault of install-quadlets|undefined/,
  );
}

describe("a host that cannot be installed on", () => {
  let fresh = "";

  beforeAll(async () => {
    const delivered = await lab(["install", "--version"]);
    expect(delivered, delivered.err).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    await hostScript(
      `mkdir -p /tmp/refuse; cp -a /root/.npm/_npx/*/node_modules/install-quadlets ${PACKAGE}; chmod -R a+rX /tmp/refuse`,
    );
    fresh = await fingerprintOfHost();
  });

  test.each(FAULTS.map((fault) => [fault.name, fault] as const))("%s", async (_, fault) => {
    await hostScript(fault.make ?? ":");
    try {
      const before = await fingerprintOfHost();
      const answer = await tryHost(...(fault.through ?? []), ...PRODUCT, ...argumentsFor(fault));
      const after = await fingerprintOfHost();
      for (const text of fault.says)
        expect(answer.err).toEqual(
          typeof text === "string" ? expect.stringContaining(text) : expect.stringMatching(text),
        );
      expect(answer.code).toBe(fault.code ?? 1);
      expectPlain(answer);
      expect(after).toBe(before);
    } finally {
      await hostScript(fault.undo ?? ":");
    }
  });

  test("a person who says no", async () => {
    const answer = await lab(["exec", "-t", "--", ...PRODUCT], { input: "n\n" });
    expect(answer.out).toContain("Apply this plan? [y/N]");
    expect(answer.out).toContain("nothing was changed");
    expect(answer.code).toBe(130);
    expectPlain(answer);
    expect(await fingerprintOfHost()).toBe(fresh);
  });

  test("a dry run shows the plan, exits with 2 and changes nothing", async () => {
    const answer = await tryHost(...PRODUCT, "--dry-run");
    expect(answer.code).toBe(2);
    expect(answer.out).toContain("opik-mysql.container");
    expectPlain(answer);
    expect(await fingerprintOfHost()).toBe(fresh);
  });
});
