/** A host that was shut down boots again, with the tailnet's address and without: everything comes back by itself. */
import { beforeAll, describe, expect, test } from "vitest";
import { FETCHED, fetchAuthority } from "./certificates.ts";
import { as, CONTAINERS, invocations, lostData, plantData, restartedBetween, USERS, waitUntilUp } from "./services.ts";
import { startFrom } from "./start.ts";
import { client, host, lab, TAILNET_ADDRESS, tryClient, tryHost } from "./support.ts";

const LABEL = "reboot";
/** From a running PID 1 to the last healthy service; on an idle machine it takes about 20 s. */
const BOOT_SECONDS = 300;

startFrom("installed");

/** What it boots is a copy of a host that was installed, and then shut down properly. */
describe("after a boot", () => {
  test("every unit is up again by itself, and no unit of the system has failed", async () => {
    expect(await waitUntilUp(BOOT_SECONDS)).toEqual([]);
    expect((await tryHost("systemctl", "--failed", "--no-legend", "--plain")).out).toBe("");
    expect((await tryHost("systemctl", "is-system-running")).out).toBe("running");
    for (const user of USERS) {
      const failed = await as(user, "systemctl", "--user", "--failed", "--no-legend", "--plain");
      expect(failed, user).toBe("");
    }
  });

  test("podman calls every container healthy", async () => {
    for (const user of USERS) {
      const lines = (await as(user, "podman", "ps", "--format", "{{.Names}} {{.Status}}")).split("\n");
      for (const name of CONTAINERS[user])
        expect(lines, user).toContainEqual(expect.stringMatching(new RegExp(`^${name} Up .*\\(healthy\\)$`)));
    }
    // Polled: a check may run into podman's own one, which has just begun.
    await expect
      .poll(async () => (await tryHost("opik-manage", "health")).code, { timeout: 300_000, interval: 2_000 })
      .toBe(0);
  });

  test("a run has nothing to do", async () => {
    const answer = await tryHost("install-quadlets", "--dry-run");
    expect(answer.out).toBe("nothing to do: the host is as configured");
    expect(answer.code).toBe(0);
  });

  test("the client gets its answers as before", async () => {
    for (const url of [
      "https://webui.liminati.internal/",
      "https://vllm.liminati.internal/health",
      "https://opik.liminati.internal/",
    ]) {
      expect(
        await client(
          "curl",
          "-sS",
          "--fail",
          "--max-time",
          "20",
          "-o",
          "/dev/null",
          "-w",
          "%{http_code} %{remote_ip}",
          url,
        ),
      ).toBe(`200 ${TAILNET_ADDRESS}`);
    }
    expect(
      (await tryClient("sh", "-c", `curl -fsS http://${TAILNET_ADDRESS}:8081/install-client.sh | sh -s -- --check`))
        .code,
    ).toBe(0);
    expect(await client("dig", "+short", `@${TAILNET_ADDRESS}`, "opik.liminati.internal")).toBe(TAILNET_ADDRESS);
    expect(await host("dig", "+short", `@${TAILNET_ADDRESS}`, "opik.liminati.internal")).toBe(TAILNET_ADDRESS);
  });
});

describe("a reboot without the tailnet's address, which comes later", () => {
  let bootBefore: string;

  beforeAll(async () => {
    await plantData(LABEL);
    await host("systemctl", "disable", "tailscaled");
    bootBefore = await host("awk", "{ print $22 }", "/proc/1/stat");
    const reboot = await lab(["reboot"]);
    expect(reboot.code, reboot.err).toBe(0);
  });

  test("everything starts and nothing fails, though nobody can reach it", async () => {
    expect(await host("awk", "{ print $22 }", "/proc/1/stat")).not.toBe(bootBefore);
    expect(await host("ip", "-brief", "-4", "address")).not.toContain(TAILNET_ADDRESS);
    expect(await waitUntilUp(BOOT_SECONDS)).toEqual([]);
    expect((await tryHost("systemctl", "--failed", "--no-legend", "--plain")).out).toBe("");
    for (const user of USERS)
      expect(await as(user, "systemctl", "--user", "--failed", "--no-legend", "--plain"), user).toBe("");
    expect(await host("systemctl", "is-active", "install-quadlets-firewall")).toBe("active");
    expect(await host("nft", "list", "table", "inet", "install_quadlets")).toContain("goto refuse");
    const names = [
      "net.ipv4.ip_unprivileged_port_start",
      "net.ipv4.ip_nonlocal_bind",
      "net.ipv4.conf.all.route_localnet",
    ];
    expect(await host("sysctl", "-n", ...names)).toBe("1024\n0\n0");
  });

  test("a run has nothing to do meanwhile", async () => {
    const answer = await tryHost("install-quadlets", "--dry-run");
    expect(answer.out, answer.err).toBe("nothing to do: the host is as configured");
  });

  test("what users keep is still there", async () => {
    expect(await lostData(LABEL)).toEqual([]);
  });

  test("with the address everything answers at once, and nothing was started again", async () => {
    const before = await invocations();
    await host("systemctl", "start", "tailscaled");
    for (const port of [8081, 5173, 9090])
      await client("curl", "-sS", "--max-time", "20", `http://${TAILNET_ADDRESS}:${port}/`);
    for (const flag of ["+notcp", "+tcp"]) {
      const dig = ["dig", flag, "+short", `@${TAILNET_ADDRESS}`, "opik.liminati.internal"];
      expect(await client(...dig)).toBe(TAILNET_ADDRESS);
      expect(await host(...dig)).toBe(TAILNET_ADDRESS);
    }
    await fetchAuthority();
    const known = ["--resolve", `vllm.liminati.internal:443:${TAILNET_ADDRESS}`, "--cacert", FETCHED];
    await client("curl", "-fsS", "--max-time", "20", ...known, "https://vllm.liminati.internal/health");
    expect(restartedBetween(before, await invocations())).toEqual([]);
  });
});
