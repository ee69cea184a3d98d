/** Timers of the system manager: the certificate is looked at every day, the host as often as the site asks for. */
import type { UnitName } from "../model/names.ts";
import type { DesiredFile, DesiredState, DesiredSystemUnit } from "../model/resource.ts";
import type { Service, Stack } from "../model/service.ts";
import { fingerprint } from "./fingerprint.ts";
import { hostFile } from "./host-file.ts";
import type { Site } from "./site.ts";

interface Timed {
  /** "install-quadlets-NAME.timer" starts "install-quadlets NAME". */
  readonly name: string;
  readonly calendar: string;
  readonly delay?: string;
  /** How late it may be; systemd's own minute saves power. */
  readonly accuracy?: string;
  /** systemd says nothing of a start and an end that went well. */
  readonly quiet?: boolean;
  readonly arguments?: readonly string[];
  /** What the service does, and when the timer looks. */
  readonly service: string;
  readonly timer: string;
}

interface Timers {
  readonly files: readonly DesiredFile[];
  readonly units: readonly DesiredSystemUnit[];
}

/** No renewal where no service of the site ends TLS. */
export function timers(stack: Stack, certificate: DesiredState["certificate"], site: Site): Timers {
  const all = [
    ...(certificate === undefined ? [] : [RENEW]),
    ...(stack.services.some(isLookedAt) ? [IDLE] : []),
    ...(stack.services.some(isToldHowAllIs) ? [METRICS] : []),
    ...(stack.verify === "off" ? [] : [verify(stack.verify)]),
    ...(stack.backup.every === "off" ? [] : [backup(stack.backup.every, stack.backup)]),
  ].map((timed) => ({ service: file(timed, "service", site), timer: file(timed, "timer", site), name: timed.name }));
  return {
    files: all.flatMap(({ service, timer }) => [service, timer]),
    units: all.map(({ name, timer }) => ({ unit: unitName(name, "timer"), fingerprint: fingerprint([timer.content]) })),
  };
}

/** It sleeps when nobody uses it, or it is what comes back when the one that has its turn fails. */
function isLookedAt({ idle, swap }: Service): boolean {
  return idle !== undefined || swap?.isDefault === true;
}

function isToldHowAllIs({ hostMetrics, terminatesTls }: Service): boolean {
  return hostMetrics !== undefined || terminatesTls?.portalDirectory !== undefined;
}

const RENEW: Timed = {
  name: "renew",
  calendar: "daily",
  service: "Renews the certificate of install-quadlets when it is due",
  timer: "Looks daily whether the certificate of install-quadlets is due",
};

/** Every other minute, which costs less than half a percent of a core: node starts, asks, and ends. */
const IDLE: Timed = {
  name: "idle",
  calendar: "00..23:0/2",
  delay: "5s",
  service: "Stops services that nobody uses",
  timer: "Looks every other minute whether services are used",
};

/** Every minute: node starts, asks each user manager once, and ends. */
const METRICS: Timed = {
  name: "metrics",
  calendar: "00..23:0/1",
  delay: "1s",
  accuracy: "5s",
  quiet: true,
  service: "Measures host and units",
  timer: "Measures host and units every minute",
};

/** A unit that fails is what people and monitors look for: it does when anything is not as it was applied. */
function verify(calendar: string): Timed {
  return {
    name: "verify",
    calendar,
    service: "Fails when this host is not as install-quadlets left it",
    timer: `Looks ${calendar} whether this host is as install-quadlets left it`,
  };
}

function backup(calendar: string, { keep, to, encryptTo }: Stack["backup"]): Timed {
  const place = to === undefined ? [] : ["--to", to];
  return {
    name: "backup",
    calendar,
    arguments: ["--keep", String(keep), ...place, ...encryptTo.flatMap((recipient) => ["--encrypt-to", recipient])],
    service: "Backs up the data of every service",
    timer: `Takes a backup of every service ${calendar}`,
  };
}

function file(timed: Timed, suffix: "service" | "timer", site: Site): DesiredFile {
  const view = { delay: timed.calendar === "hourly" ? "10min" : "6h", ...timed };
  const path = `/etc/systemd/system/${unitName(timed.name, suffix)}`;
  return hostFile(site, `timed.${suffix}`, path, view, { role: { kind: "system-unit" } });
}

function unitName(name: string, suffix: string): UnitName {
  return `install-quadlets-${name}.${suffix}` as UnitName;
}
