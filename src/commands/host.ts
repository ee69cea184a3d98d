/** Questions to a host about itself: its clock, capabilities of programs, zones of firewalld. */
import type { Command } from "../model/command.ts";

/** Whether the clock is kept: NTPSynchronized, NTP (asked for), CanNTP (there is a service that would). */
export function showClock(): Command {
  return { argv: ["timedatectl", "show", "--property=NTPSynchronized,NTP,CanNTP"], timeoutMs: 5_000 };
}

/** Whether chrony follows somebody, in lines of "Name : value". */
export function showTracking(): Command {
  return { argv: ["chronyc", "-n", "tracking"], timeoutMs: 5_000 };
}

/** An archive whose head names the attribute where the file has it: tar is everywhere, getcap is not. */
export function archiveWithCapabilities(path: string): Command {
  const flags = ["--create", "--file=-", "--absolute-names", "--dereference"];
  return { argv: ["tar", ...flags, "--xattrs", "--xattrs-include=security.capability", path], timeoutMs: 5_000 };
}

/** Which zone of firewalld an interface is in: exit code 2 and "no zone" for none. */
export function firewallZoneOf(name: string): Command {
  return { argv: ["firewall-cmd", `--get-zone-of-interface=${name}`], timeoutMs: 5_000 };
}

/** What sudo is configured with; of that only root is told. In English, whatever the language of the host. */
export function sudoSettings(): Command {
  return { argv: ["sudo", "-V"], env: { LC_ALL: "C" }, timeoutMs: 5_000 };
}

/** Whether sudo can read a file of rules. */
export function checkRules(path: string): Command {
  return { argv: ["visudo", "-c", "-f", path], env: { LC_ALL: "C" }, timeoutMs: 10_000 };
}

/** The zone of whatever is in none. */
export function firewallDefaultZone(): Command {
  return { argv: ["firewall-cmd", "--get-default-zone"], timeoutMs: 5_000 };
}

/** "8081/tcp 9000-9010/udp" */
export function firewallPortsOf(zone: string): Command {
  return { argv: ["firewall-cmd", `--zone=${zone}`, "--list-ports"], timeoutMs: 5_000 };
}

/** "dhcpv6-client https ssh" */
export function firewallServicesOf(zone: string): Command {
  return { argv: ["firewall-cmd", `--zone=${zone}`, "--list-services"], timeoutMs: 5_000 };
}
