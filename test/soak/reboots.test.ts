/** The host is shut down and boots again, a dozen times, while this machine has no time for it: everything comes back by itself. */
import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { as, lostData, plantData, USERS, waitUntilUp } from "../lab/services.ts";
import { startFrom } from "../lab/start.ts";
import { host, lab, tryHost } from "../lab/support.ts";

const LABEL = "reboots";
const BOOT_SECONDS = 600;
/** As many as a small host has cores. */
const BUSY = 2;

startFrom("installed");

let busy: readonly ChildProcess[] = [];

beforeAll(async () => {
  await plantData(LABEL);
  busy = Array.from({ length: BUSY }, () => spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" }));
});

afterAll(() => {
  for (const loop of busy) loop.kill();
});

test.each(Array.from({ length: 12 }, (_, index) => index + 1))("boot %i", async () => {
  const reboot = await lab(["reboot"]);
  expect(reboot.code, reboot.err).toBe(0);
  expect(await waitUntilUp(BOOT_SECONDS)).toEqual([]);
  expect((await tryHost("systemctl", "--failed", "--no-legend", "--plain")).out).toBe("");
  for (const user of USERS) {
    expect(await as(user, "systemctl", "--user", "--failed", "--no-legend", "--plain"), user).toBe("");
  }
  await expect
    .poll(async () => (await tryHost("opik-manage", "health")).code, { timeout: 120_000, interval: 2_000 })
    .toBe(0);
  expect(await host("install-quadlets", "--dry-run")).toBe("nothing to do: the host is as configured");
  expect(await lostData(LABEL)).toEqual([]);
});
