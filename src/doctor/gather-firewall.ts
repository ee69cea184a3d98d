/** Facts of firewalls: our own table, and what firewalld or ufw let in where the site is served. */
import { firewallDefaultZone, firewallPortsOf, firewallServicesOf, firewallZoneOf } from "../commands/host.ts";
import { listTable } from "../commands/nft.ts";
import type { FirewallFact } from "../diagnosis/parts-network.ts";
import { FIREWALL_TABLE } from "../model/places.ts";
import type { System } from "../system/interfaces.ts";
import type { Base } from "./base.ts";
import { tailnetAddress } from "./gather-net.ts";

const TAILSCALE = "tailscale0";

export async function gatherFirewall(system: System, base: Base): Promise<FirewallFact> {
  const { root, index } = base;
  const guards = index?.services.some(({ ports }) => ports.length > 0) === true;
  const table = guards ? await isLoaded(system) : undefined;
  const address = index?.address ?? tailnetAddress(system);
  const name = system.host.interfaces().get(address ?? "");
  // An address of the tailnet that is gone for now comes back there.
  const face = name ?? (system.host.findProgram("tailscale") === undefined ? undefined : TAILSCALE);
  const common = { interface: face, table, ufw: gatherUfw(system, face) };
  // It answers root only, and takes long to start.
  if (!root || face === undefined || system.host.findProgram("firewall-cmd") === undefined)
    return { ...common, firewalld: undefined };
  const [own, standard] = await Promise.all([said(system, firewallZoneOf(face)), said(system, firewallDefaultZone())]);
  const zone = zoneOf(own, standard);
  if (zone !== standard.trim() || zone === "trusted" || zone === "")
    return { ...common, firewalld: { zone, opened: zone === "trusted" ? "everything" : undefined } };
  const [ports, services] = await Promise.all([
    said(system, firewallPortsOf(zone)),
    said(system, firewallServicesOf(zone)),
  ]);
  return { ...common, firewalld: { zone, opened: parseOpened(ports, services) } };
}

async function said(system: System, command: Parameters<System["runner"]["probe"]>[0]): Promise<string> {
  return (await system.runner.probe(command)).stdout;
}

async function isLoaded(system: System): Promise<boolean | undefined> {
  if (system.host.findProgram("nft") === undefined) return undefined;
  return (await system.runner.probe(listTable("inet", FIREWALL_TABLE))).exitCode === 0;
}

/** The zone of an interface, "" where firewalld says none. */
export function zoneOf(own: string, standard: string): string {
  return own.trim() === "no zone" || own.trim() === "" ? standard.trim() : own.trim();
}

/** What firewalld's own services of these names open. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  dns: ["53/tcp", "53/udp"],
  http: ["80/tcp"],
  https: ["443/tcp"],
};

/** "8081/tcp 9000-9010/udp" and "ssh https", to "8081/tcp", "9000-9010/udp", "443/tcp". */
export function parseOpened(ports: string, services: string): readonly string[] {
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");
  return [...words(ports), ...words(services).flatMap((name) => SERVICES[name] ?? [])];
}

function gatherUfw({ host }: System, face: string | undefined): FirewallFact["ufw"] {
  if (!/^\s*ENABLED=yes\b/m.test(host.readTrusted("/etc/ufw/ufw.conf") ?? "")) return undefined;
  if (/^\s*DEFAULT_INPUT_POLICY="?ACCEPT/m.test(host.readTrusted("/etc/default/ufw") ?? ""))
    return { opened: "everything" };
  const rules = host.readTrusted("/etc/ufw/user.rules");
  return { opened: rules === undefined || face === undefined ? undefined : parseRules(rules, face) };
}

/**
 * "### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in_eth0", to "443/tcp": what is allowed in at an interface. Whom it is allowed
 * is not judged: that is what somebody decided.
 */
export function parseRules(text: string, face: string): readonly string[] | "everything" {
  const opened = [
    ...text.matchAll(
      /^### tuple ### (?:allow|limit)(?:_log(?:-all)?)? (\S+) (\S+) \S+ \S+ \S+(?: \S+ \S+)? in(?:_(\S+))?/gm,
    ),
  ]
    .filter(([, , , at]) => at === undefined || at === face)
    .flatMap(([, protocol = "", ports = ""]) =>
      protocols(protocol).flatMap((name) => ports.split(",").map((port) => `${port.replace(":", "-")}/${name}`)),
    );
  return opened.includes("any/tcp") && opened.includes("any/udp") ? "everything" : opened;
}

function protocols(name: string): readonly string[] {
  return name === "any" ? ["tcp", "udp"] : [name];
}
