/** doctor on a host where one thing is damaged: it names that and nothing else, and what it says to paste mends it. */
import { beforeAll, describe, expect, test } from "vitest";
import { doctorSchema } from "../../src/config/schema/doctor.ts";
import { giveRepository } from "./packages.ts";
import { startFrom } from "./start.ts";
import { host, hostScript, tryHost } from "./support.ts";

interface Damage {
  readonly name: string;
  /** Shell, as root. */
  readonly make: string;
  /** The check that finds it. */
  readonly check: string;
}

const DAMAGES: readonly Damage[] = [
  {
    name: "newuidmap is not set-uid",
    make: "chmod u-s /usr/bin/newuidmap",
    check: "idmap",
  },
  {
    name: "newuidmap is not installed",
    make: "dpkg --remove --force-depends uidmap",
    check: "tools",
  },
  {
    name: "netavark is not installed",
    make: "dpkg --remove --force-depends netavark",
    check: "runtime",
  },
  {
    name: "podman has lost its part in systemd",
    make: "rm /usr/lib/systemd/user-generators/podman-user-generator",
    check: "podman",
  },
  {
    name: "an account does not linger",
    make: "rm /var/lib/systemd/linger/vllm-user",
    check: "linger",
  },
  {
    name: "a user manager was stopped",
    make: "systemctl stop user@$(id -u vllm-user).service",
    check: "managers",
  },
  {
    name: "Tailscale is stopped, and its address is gone",
    make: "ip address del 100.101.102.103/24 dev tailscale0",
    check: "tailscale",
  },
  {
    name: "an account has no subordinate ids",
    make: "cp /etc/subuid /etc/subgid /root; sed -i /^vllm-user:/d /etc/subuid /etc/subgid",
    check: "subids",
  },
  {
    name: "somebody else has the subordinate ids of an account",
    make: `
      useradd --system somebody
      range=$(sed -n 's/^vllm-user:\\([0-9]*\\):.*/\\1/p' /etc/subuid)
      usermod --add-subuids "$range-$((range + 65535))" --add-subgids "$range-$((range + 65535))" somebody`,
    check: "subid-overlap",
  },
  {
    name: "podman's pause process was killed",
    make: "kill -9 $(cat /run/user/$(id -u vllm-user)/libpod/tmp/pause.pid)",
    check: "pause",
  },
  {
    name: "somebody else listens at a service's port",
    make: `
      svc stop open-webui
      systemd-run --quiet --unit=squatter --uid=nobody node -e 'require("http").createServer().listen(3000, "127.0.0.1")'
      until ss -Hltn src 127.0.0.1:3000 | grep -q .; do sleep 0.1; done`,
    check: "ports",
  },
  {
    name: "the firewall's table was deleted",
    make: "nft delete table inet install_quadlets",
    check: "firewall-table",
  },
  {
    name: "the index is cut off",
    make: "truncate --size=100 /var/lib/install-quadlets/index.json",
    check: "record",
  },
  {
    name: "network-online.target is not reached",
    make: "systemctl stop network-online.target",
    check: "network-online",
  },
  {
    name: "a service was stopped",
    make: "systemctl --user -M vllm-user@ stop vllm-qwen",
    check: "services",
  },
  {
    name: "the certificate is gone",
    make: "rm /var/lib/nginx-proxy/tls/leaf.crt",
    check: "certificate",
  },
];

startFrom("small");

beforeAll(async () => {
  await giveRepository(["uidmap", "netavark", "podman"]);
  await hostScript("apt-get -qq update");
});

interface Check {
  readonly id: string;
  readonly level: string;
  readonly message: string;
  readonly repair: string | null;
}

/** What is asked has a second and a half to answer, and is late now and then where this machine is busy: it is asked once more. */
async function findings(left = 10): Promise<readonly Check[]> {
  const { out, err } = await tryHost("install-quadlets", "doctor", "--json");
  if (out === "") throw new Error(err);
  const { checks } = doctorSchema.parse(JSON.parse(out));
  const found = checks.filter(({ level }) => level === "warning" || level === "problem");
  const isLate = found.some(({ message }) => /no answer within [\d.]+ s, cut off$/.test(message));
  return isLate && left > 0 ? findings(left - 1) : found;
}

let always: readonly Check[] = [];

const shown = (found: readonly Check[]) => found.map(({ id, level, message }) => `${level} ${id}: ${message}`);

/** What comes up again after a damage takes its time. */
const PATIENCE = { timeout: 60_000, interval: 3_000 };

test("a healthy host has no finding, but for controllers that the lab is not given", async () => {
  const all = async () => {
    always = await findings();
    return shown(always).join("\n");
  };
  await expect.poll(all, PATIENCE).toMatch(/^\S+ cgroup: .*$/);
});

test("an ordinary user may ask, too", async () => {
  await host("useradd", "--create-home", "bob");
  const { code, out } = await tryHost("runuser", "-u", "bob", "--", "install-quadlets", "doctor");
  expect(out).toMatch(/more checks need root: sudo install-quadlets doctor/);
  expect(code).toBe(0);
});

describe.each(DAMAGES)("where $name", ({ make, check }) => {
  let found: readonly Check[];

  const news = async () => {
    found = (await findings()).filter(({ message }) => !always.some((one) => one.message === message));
    return shown(found).join("\n");
  };

  test(`${check} says so, and nothing else does`, async () => {
    await hostScript(make);
    await expect.poll(news, PATIENCE).toMatch(new RegExp(`^\\S+ ${check}: .*$`));
  });

  test("what it says to do mends it", async () => {
    // What was stopped for want of it is named when it could be started again.
    for (let step = 0; found.length > 0 && step < 3; step++) {
      const repair = found[0]?.repair ?? "";
      expect(repair, shown(found).join("\n")).not.toBe("");
      await hostScript(repair.replace(/install-quadlets$/, "$& --yes"));
      await expect.poll(settled, { timeout: 120_000, interval: 3_000 }).not.toContain(repair);
    }
    expect(shown(await findings())).toEqual(shown(always));
  });

  /** What is still to be pasted. */
  const settled = async () => {
    await news();
    return found.map(({ repair }) => repair);
  };
});
