/** Questions to a host that nobody but `doctor` asks. */
import type { Command } from "../model/command.ts";

/** Whether the clock is kept: NTPSynchronized, NTP (asked for), CanNTP (there is a service that would). */
export function showClock(): Command {
  return { argv: ["timedatectl", "show", "--property=NTPSynchronized,NTP,CanNTP"], timeoutMs: 5_000 };
}

/** "/usr/bin/newuidmap cap_setuid=ep" a line; nothing for a file without. */
export function fileCapabilities(paths: readonly string[]): Command {
  return { argv: ["getcap", ...paths], timeoutMs: 5_000 };
}

/** Which zone of firewalld an interface is in: exit code 2 and "no zone" for none. */
export function firewallZoneOf(name: string): Command {
  return { argv: ["firewall-cmd", `--get-zone-of-interface=${name}`], timeoutMs: 5_000 };
}

/** The zone of whatever is in none. */
export function firewallDefaultZone(): Command {
  return { argv: ["firewall-cmd", "--get-default-zone"], timeoutMs: 5_000 };
}
