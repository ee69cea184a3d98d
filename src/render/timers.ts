/** Timers of the system manager: the certificate is looked at every day, the host as often as the site asks for. */
import type { AbsolutePath, UnitName } from "../model/names.ts";
import type { DesiredFile, DesiredState, DesiredSystemUnit } from "../model/resource.ts";
import type { Stack } from "../model/service.ts";
import { fingerprint } from "./fingerprint.ts";
import { MARKER } from "./places.ts";

interface Timed {
  /** "install-quadlets-NAME.timer" starts "install-quadlets NAME". */
  readonly name: string;
  readonly calendar: string;
  /** What the service does, and when the timer looks. */
  readonly service: string;
  readonly timer: string;
}

interface Timers {
  readonly files: readonly DesiredFile[];
  readonly units: readonly DesiredSystemUnit[];
}

/** No renewal where no service of the site ends TLS. */
export function timers(stack: Stack, certificate: DesiredState["certificate"]): Timers {
  const all = [
    ...(certificate === undefined ? [] : [RENEW]),
    ...(stack.verify === "off" ? [] : [verify(stack.verify)]),
  ];
  return { files: all.flatMap(filesOf), units: all.map(unitOf) };
}

const RENEW: Timed = {
  name: "renew",
  calendar: "daily",
  service: "Renews the certificate of install-quadlets when it is due",
  timer: "Looks daily whether the certificate of install-quadlets is due",
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

function serviceText({ name, service }: Timed): string {
  return `${MARKER}
[Unit]
Description=${service}
After=network-online.target
# Nothing starts it over and over: the timer does once, and a person as often as they like.
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/usr/local/bin/install-quadlets ${name}
`;
}

// Not at midnight with everybody else's; a day that the host slept through is made up for.
function timerText({ timer, calendar }: Timed): string {
  return `${MARKER}
[Unit]
Description=${timer}

[Timer]
OnCalendar=${calendar}
RandomizedDelaySec=${calendar === "hourly" ? "10min" : "6h"}
Persistent=true

[Install]
WantedBy=timers.target
`;
}

function filesOf(timed: Timed): readonly DesiredFile[] {
  const file = (suffix: string, content: string): DesiredFile => ({
    service: undefined,
    path: `/etc/systemd/system/install-quadlets-${timed.name}.${suffix}` as AbsolutePath,
    content,
    owner: { uid: 0, gid: 0 },
    mode: 0o644,
    role: { kind: "system-unit" },
  });
  return [file("service", serviceText(timed)), file("timer", timerText(timed))];
}

function unitOf(timed: Timed): DesiredSystemUnit {
  return {
    unit: `install-quadlets-${timed.name}.timer` as UnitName,
    fingerprint: fingerprint([timerText(timed)]),
  };
}
