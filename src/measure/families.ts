/** What was measured, under the names that alerts and dashboards know. */
import type { Word } from "../apps/signs.ts";
import type { Family, Sample } from "./exposition.ts";
import type { Measured, MeasuredService, MeasuredUnit } from "./measured.ts";

const WORDS: readonly Word[] = ["healthy", "starting", "degraded", "failed", "stopped", "asleep"];

export function familiesOf(measured: Measured): readonly Family[] {
  return [...serviceFamilies(measured.services), ...unitFamilies(measured.services), ...hostFamilies(measured)];
}

function serviceFamilies(services: readonly MeasuredService[]): readonly Family[] {
  const each = (value: (service: MeasuredService) => number | undefined) =>
    services.flatMap((service) => sample({ service: service.name }, value(service)));
  return [
    gauge(
      "service_state",
      "1 for the word that svc status says of the service, 0 for all others.",
      services.flatMap(({ name, word }) =>
        WORDS.flatMap((state) => sample({ service: name, state }, state === word ? 1 : 0)),
      ),
    ),
    gauge(
      "account_answers",
      "Whether the user manager of the service answers.",
      each((one) => (one.managerAnswers ? 1 : 0)),
    ),
    counter(
      "oom_kills_total",
      "Processes of the service that the kernel ended for want of memory.",
      each((one) => one.memoryEnds),
    ),
  ];
}

function unitFamilies(services: readonly MeasuredService[]): readonly Family[] {
  const each = (value: (unit: MeasuredUnit) => number | undefined) =>
    services.flatMap(({ name: service, units }) =>
      units.flatMap((unit) => sample({ service, unit: unit.name }, value(unit))),
    );
  return [
    gauge(
      "unit_healthy",
      "Whether the unit is as it should be.",
      each(({ word }) => (word === "healthy" ? 1 : 0)),
    ),
    counter(
      "unit_restarts_total",
      "How often systemd restarted the unit by itself since it was started.",
      each((unit) => unit.restarts),
    ),
    gauge(
      "unit_failed_checks",
      "Health checks of the unit that failed in a row.",
      each((unit) => unit.failedChecks),
    ),
    gauge(
      "unit_memory_bytes",
      "Memory of the unit, without files that the kernel could forget.",
      each((unit) => unit.memory),
    ),
    gauge(
      "unit_memory_limit_bytes",
      "Memory that the unit may have.",
      each((unit) => unit.memoryLimit),
    ),
    counter(
      "unit_cpu_seconds_total",
      "Processor time of the unit since it was started.",
      each((unit) => unit.cpuSeconds),
    ),
    gauge(
      "unit_tasks",
      "Processes and threads of the unit.",
      each((unit) => unit.tasks),
    ),
    gauge(
      "unit_info",
      "Always 1; the image that the unit is configured with.",
      services.flatMap(({ name: service, units }) =>
        units
          .filter(({ image }) => image !== "")
          .flatMap(({ name: unit, image }) => sample({ service, unit, image }, 1)),
      ),
    ),
  ];
}

function hostFamilies(measured: Measured): readonly Family[] {
  const { disks, interfaces, timers, certificates, backups } = measured;
  const disk = (value: (one: Measured["disks"][number]) => number | undefined) =>
    disks.flatMap((one) => sample({ mountpoint: one.mountpoint }, value(one)));
  const counted = (inodes: number, value: number) => (inodes === 0 ? undefined : value);
  return [
    gauge(
      "filesystem_size_bytes",
      "Size of a file system that services or backups lie on.",
      disk((one) => one.size),
    ),
    gauge(
      "filesystem_free_bytes",
      "What is free on it for everybody.",
      disk((one) => one.free),
    ),
    gauge(
      "filesystem_inodes",
      "Files that it can hold.",
      disk((one) => counted(one.inodes, one.inodes)),
    ),
    gauge(
      "filesystem_free_inodes",
      "Files that it can still take.",
      disk((one) => counted(one.inodes, one.freeInodes)),
    ),
    counter(
      "network_received_bytes_total",
      "What came in at a network interface.",
      interfaces.flatMap(({ device, received }) => sample({ device }, received)),
    ),
    counter(
      "network_sent_bytes_total",
      "What went out at a network interface.",
      interfaces.flatMap(({ device, sent }) => sample({ device }, sent)),
    ),
    gauge("clock_synchronized", "Whether the clock follows others.", sample({}, yes(measured.clockIsSet))),
    gauge(
      "timer_failed",
      "Whether the last run of a timer of install-quadlets failed.",
      timers.flatMap(({ name, failed }) => sample({ timer: name }, yes(failed))),
    ),
    gauge(
      "certificate_expiry_timestamp_seconds",
      "When a certificate ends.",
      certificates.flatMap(({ name, until }) => sample({ certificate: name }, until)),
    ),
    gauge(
      "backup_taken_timestamp_seconds",
      "When the newest backup of the service was taken.",
      backups.flatMap(({ service, taken }) => sample({ service }, taken)),
    ),
    gauge(
      "backup_missing",
      "Whether the service has no backup, where a timer takes them.",
      measured.backupSeconds === undefined
        ? []
        : backups.flatMap(({ service, taken }) => sample({ service }, yes(taken === undefined))),
    ),
    gauge("backup_interval_seconds", "How often a timer takes backups.", sample({}, measured.backupSeconds)),
    gauge("measured_timestamp_seconds", "When all this was measured.", sample({}, measured.now)),
  ];
}

const PREFIX = "install_quadlets_";

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name: `${PREFIX}${name}`, help, type: "gauge", samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name: `${PREFIX}${name}`, help, type: "counter", samples };
}

function sample(labels: Sample["labels"], value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels, value }];
}

function yes(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
