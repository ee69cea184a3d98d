/** Facts of the network: units that make it, Tailscale, sockets. */
import { tailscaleDnsStatus, tailscaleStatus } from "../commands/tailscale.ts";
import { isTailscale } from "../diagnosis/firewalls.ts";
import type { HolderFact, SocketsFact, TailscaleFact, UnitStates } from "../diagnosis/parts-network.ts";
import { shownPorts, wantedPorts } from "../diagnosis/ports.ts";
import { gatherListeners, nameListeners } from "../facts/listeners.ts";
import { isAddress } from "../facts/network.ts";
import { gatherServed, parseTailnet } from "../facts/tailnet.ts";
import { gatherSystemUnits } from "../facts/units.ts";
import type { ListenerFact } from "../model/facts.ts";
import { isRecord, parseJson, textsOf } from "../model/json.ts";
import type { System } from "../system/interfaces.ts";
import type { Base } from "./base.ts";

const UNITS = [
  "network-online.target",
  "NetworkManager-wait-online.service",
  "systemd-networkd-wait-online.service",
  "firewalld.service",
  "docker.service",
];

export async function gatherUnits(system: System): Promise<UnitStates> {
  const facts = await gatherSystemUnits(system, UNITS);
  return new Map(facts.filter(({ load }) => load !== "not-found").map(({ unit, active }) => [unit as string, active]));
}

export async function gatherTailscale(system: System): Promise<TailscaleFact> {
  if (system.host.findProgram("tailscale") === undefined)
    return { installed: false, ...parseStatus(""), served: NOTHING };
  const [status, served, dns] = await Promise.all([
    system.runner.probe(tailscaleStatus()),
    gatherServed(system),
    system.runner.probe(tailscaleDnsStatus()),
  ]);
  return {
    installed: true,
    ...parseStatus(status.stdout),
    served,
    routes: dns.exitCode === 0 ? parseRoutes(dns.stdout) : undefined,
  };
}

const NOTHING = { ports: [], services: [] };

/** What parseTailnet leaves out: {"BackendState": "NeedsLogin", "Self": {"KeyExpiry": "...", "Tags": [...]}, "Health": [...]} */
export function parseStatus(text: string): Omit<TailscaleFact, "installed" | "served"> {
  const value = parseJson(text);
  const status = isRecord(value) ? value : {};
  const self = isRecord(status["Self"]) ? status["Self"] : {};
  const expiry = new Date(typeof self["KeyExpiry"] === "string" ? self["KeyExpiry"] : "");
  return {
    state: typeof status["BackendState"] === "string" ? status["BackendState"] : undefined,
    tailnet: parseTailnet(text),
    keyExpiry: Number.isNaN(expiry.getTime()) ? undefined : expiry,
    tagged: textsOf(self["Tags"]).length > 0,
    health: textsOf(status["Health"]),
    routes: undefined,
  };
}

/** "  - liminati.internal              -> 100.64.0.1" below "Split DNS Routes:"; undefined where it has no such part. */
export function parseRoutes(text: string): TailscaleFact["routes"] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith("Split DNS Routes:"));
  if (start === -1) return undefined;
  const routes = new Map<string, string[]>();
  for (const line of lines.slice(start + 1)) {
    const [, domain = "", server = ""] = /^\s+- (\S+)\s+-> (\S+)/.exec(line) ?? [];
    if (domain === "") {
      if (line.trim() !== "" && !line.startsWith(" ")) break;
      continue;
    }
    const name = domain.replace(/\.$/, "");
    routes.set(name, [...(routes.get(name) ?? []), server]);
  }
  return routes;
}

export async function gatherSockets(system: System, { index, installed }: Base): Promise<SocketsFact> {
  const wanted = installed && index === undefined ? [] : wantedPorts(index);
  const ports = new Set(shownPorts(wanted));
  const listeners = (await gatherListeners(system)).filter(({ port }) => ports.has(port));
  return {
    listeners: nameListeners(system, listeners).map((listener) => withUnit(system, listener)),
    address: index?.address ?? tailnetAddress(system),
    wanted,
  };
}

export function tailnetAddress(system: System): string | undefined {
  return [...system.host.interfaces()].find(([address, name]) => isAddress(address) && isTailscale(name))?.[0];
}

/** A process may call itself anything: the number at the end is ours. */
function withUnit(system: System, listener: ListenerFact): HolderFact {
  const pid = /\(pid (\d+)\)$/.exec(listener.process)?.[1];
  const cgroup = pid === undefined ? "" : (system.host.readTrusted(`/proc/${pid}/cgroup`) ?? "");
  return { ...listener, unit: parseSystemUnit(cgroup) };
}

/** "0::/system.slice/apache2.service", and below that whatever it likes; undefined for what is no unit of the system. */
export function parseSystemUnit(cgroup: string): string | undefined {
  return /^0::\/system\.slice\/(?:[^/\n]+\.slice\/)*([A-Za-z0-9@:_.-]+\.(?:service|socket))(?:\/|$)/m.exec(cgroup)?.[1];
}
