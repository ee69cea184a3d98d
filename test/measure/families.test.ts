/** Every number that can be measured, under its name: what alerts and dashboards may ask for. */
import { expect, test } from "vitest";
import { expositionText } from "../../src/measure/exposition.ts";
import { familiesOf } from "../../src/measure/families.ts";
import type { Measured, MeasuredUnit } from "../../src/measure/measured.ts";

const UNIT: MeasuredUnit = {
  name: "opik-mysql",
  image: "docker.io/library/mysql:8.4.11",
  word: "degraded",
  sentence: "its last health check failed",
  restarts: 2,
  failedChecks: 1,
  memory: 512,
  memoryLimit: 1024,
  cpuSeconds: 12.5,
  tasks: 40,
};

const ALL: Measured = {
  now: 1_800_000_000,
  services: [{ name: "opik", word: "degraded", sentence: "", managerAnswers: true, memoryEnds: 3, units: [UNIT] }],
  disks: [{ mountpoint: "/", size: 100, free: 50, inodes: 10, freeInodes: 5 }],
  interfaces: [{ device: "eth0", received: 7, sent: 8 }],
  clockIsSet: true,
  timers: [{ name: "renew", failed: true }],
  certificates: [{ name: "leaf", until: 1_810_000_000 }],
  backups: [
    { service: "opik", taken: 1_799_990_000 },
    { service: "open-webui", taken: undefined },
  ],
  backupSeconds: 86_400,
  gpus: [],
  verified: undefined,
};

test("everything", async () => {
  await expect(expositionText(familiesOf(ALL))).toMatchFileSnapshot("golden/every-metric.prom");
});

test("what is not known is left out, and never zero", () => {
  const unknown = { restarts: undefined, failedChecks: undefined, memory: undefined, memoryLimit: undefined };
  const unit = { ...UNIT, ...unknown, cpuSeconds: undefined, tasks: undefined, image: "" };
  const text = expositionText(
    familiesOf({
      ...ALL,
      services: [
        { name: "opik", word: "failed", sentence: "", managerAnswers: false, memoryEnds: undefined, units: [unit] },
      ],
      disks: [],
      interfaces: [],
      clockIsSet: undefined,
      timers: [],
      certificates: [],
      backups: [],
      backupSeconds: undefined,
    }),
  );
  expect([...text.matchAll(/^# TYPE install_quadlets_(\S+)/gm)].map(([, name]) => name)).toEqual([
    "service_state",
    "account_answers",
    "unit_healthy",
    "measured_timestamp_seconds",
  ]);
});
