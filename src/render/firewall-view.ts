/** What templates/host/firewall.nft.hbs shows: who may call which port, who may answer on it, and port 53. */
import type { DesiredAccount } from "../model/resource.ts";
import type { Port, Protocol, Service, Stack } from "../model/service.ts";
import { callersOf, type Site } from "./site.ts";

const PROTOCOLS: readonly Protocol[] = ["tcp", "udp"];

interface PortSet {
  readonly protocol: Protocol;
  readonly isTcp: boolean;
  readonly ports: readonly number[];
}

export function firewallView(stack: Stack, site: Site): object {
  const ports = stack.services.flatMap((service) => service.ports);
  const tailnet = ports.filter((port) => port.bind.includes("tailnet"));
  return {
    address: site.address,
    interface: site.interface,
    operators: site.operators,
    ids: idsOf(stack.services, site),
    redirects: tailnet.flatMap(redirects),
    loopback: portSets(ports.filter(isLoopback)),
    tailnet: portSets(tailnet),
    // A port that others know by a number of its own, as DNS, serves everyone on the host as well.
    guarded: portSets(tailnet.filter((port) => port.redirectFrom === undefined)),
    admissions: stack.services.flatMap((service) => admissions(service, stack, site)),
    answers: stack.services
      .map((service) => ({ service: service.name, ids: idsOf([service], site), sets: portSets(service.ports) }))
      .filter(({ sets }) => sets.length > 0),
  };
}

function isLoopback(port: Port): boolean {
  return port.bind.includes("loopback");
}

function redirects({ redirectFrom: from, host: to, protocols }: Port): readonly object[] {
  return from === undefined ? [] : protocols.map((protocol) => ({ protocol, from, to }));
}

function admissions(service: Service, stack: Stack, site: Site): readonly object[] {
  return service.ports.filter(isLoopback).flatMap((port) => {
    const callers = callersOf(stack, service, port);
    if (callers.length === 0) return [];
    return {
      port: `${service.name} ${port.name}`,
      callers: callers.map((caller) => caller.name).join(", "),
      ids: idsOf(callers, site),
      protocols: port.protocols,
      number: port.host,
    };
  });
}

function portSets(ports: readonly Port[]): readonly PortSet[] {
  return PROTOCOLS.flatMap((protocol) => {
    const numbers = ports.filter((port) => port.protocols.includes(protocol)).map((port) => port.host);
    const sorted = [...new Set(numbers)].sort((a, b) => a - b);
    return sorted.length === 0 ? [] : [{ protocol, isTcp: protocol === "tcp", ports: sorted }];
  });
}

/** Users, and the ids that their containers may run as: with Network=host a program would open its sockets as one of them. */
function idsOf(services: readonly Service[], site: Site): readonly string[] {
  const accounts = services.map((service) => site.identities.get(service.account.user) as DesiredAccount);
  return accounts.flatMap(({ uid, subuid }) => [`${uid}`, `${subuid.start}-${subuid.start + subuid.count - 1}`]);
}
