/** The one nftables table that is ours: who may call which port, who may answer on it, and port 53. */
import type { DesiredAccount } from "../model/resource.ts";
import type { Port, Protocol, Service, Stack } from "../model/service.ts";
import { MARKER } from "./places.ts";
import { callersOf, type Site } from "./site.ts";

export const TABLE_NAME = "install_quadlets";
export const TABLE = `inet ${TABLE_NAME}`;
const PROTOCOLS: readonly Protocol[] = ["tcp", "udp"];
const SQUATTED = "tcp flags & (syn | ack) == syn ip daddr . tcp dport @squatted reject with tcp reset";

export interface OwnedPort {
  readonly service: Service;
  readonly port: Port;
}

export function firewallRules(ports: readonly OwnedPort[], stack: Stack, site: Site): string {
  const { address } = site;
  const loopback = ports.filter(({ port }) => port.bind.includes("loopback"));
  const tailnet = ports.filter(({ port }) => port.bind.includes("tailnet"));
  const people = site.operators.map(({ user }) => `, ${user}`).join("");
  return `${MARKER}
# Replaces our own table in one transaction; every other table stays as it is.
add table ${TABLE}
delete table ${TABLE}
table ${TABLE} {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
${lines(redirects(tailnet, address))}  }

  chain output {
    type nat hook output priority dstnat; policy accept;
${lines(redirects(tailnet, address))}  }

  # What faces the tailnet is for packets that arrive there, or come from this host itself.
  chain incoming {
    type filter hook input priority filter; policy accept;
    ${SQUATTED}
    iifname { "lo", "${site.interface}" } accept
${lines(refusals(tailnet, `ip daddr ${address} `))}  }

  # Loopback is not trusted, so it counts who opened the socket. A container calls as the user of its service.
  chain outgoing {
    type filter hook output priority filter; policy accept;
    ct direction reply goto answers
    oifname != "lo" accept
    ${SQUATTED}
    # Nothing of ours listens there: whoever does would be called as "localhost".
${lines(portRules(loopback, "ip6 daddr ::1 ", "goto refuse-all"))}    # root${people}
    meta skuid { ${[0, ...site.operators.map(({ uid }) => uid)].join(", ")} } accept
    ip daddr 127.0.0.0/8 goto loopback
    ip daddr ${address} goto tailnet
  }

  chain loopback {
${lines(loopback.flatMap((owned) => admissions(owned, stack, site)))}${lines(loopback.length === 0 ? [] : portRules(loopback, "", "goto refuse"))}  }

  # No way round the rules above: services do not call each other through the tailnet address either.
  chain tailnet {
${lines(portRules(tailnet.filter(isGuarded), "", `meta skuid { ${idsOf(stack.services, site)} } goto refuse`))}  }

  chain refuse-all {
    meta l4proto tcp reject with tcp reset
    reject
  }

  # A port answers as the user of its service, or as root. Whoever else binds it while the service restarts is not heard, and for
  # a moment nobody is connected there: a caller would wait for an answer, and tries again after a second.
  set squatted {
    type ipv4_addr . inet_service
    flags dynamic,timeout
    timeout 2s
  }

  chain answers {
    tcp flags & (syn | ack) != (syn | ack) accept
    meta nfproto ipv6 accept
    ip saddr != { 127.0.0.0/8, ${address} } accept
${lines(stack.services.flatMap((service) => answers(service, site)))}  }

  chain squatter {
    meta l4proto tcp update @squatted { ip saddr . tcp sport }
    drop
  }

  # A packet whose socket is closed already has no owner: it ends a connection that was allowed.
  chain refuse {
    meta l4proto tcp meta skuid != 0 reject with tcp reset
    meta skuid != 0 reject
    meta l4proto tcp ct state new reject with tcp reset
    ct state new reject
  }
}
`;
}

/** Not "redirect": that would be 127.0.0.1 for packets of the host itself. */
function redirects(ports: readonly OwnedPort[], address: string): readonly string[] {
  return ports.flatMap(({ port }) =>
    port.redirectFrom === undefined
      ? []
      : port.protocols.map(
          (protocol) => `ip daddr ${address} ${protocol} dport ${port.redirectFrom} dnat ip to ${address}:${port.host}`,
        ),
  );
}

/** A port that others know by a number of its own, as DNS, serves everyone on the host as well. */
function isGuarded({ port }: OwnedPort): boolean {
  return port.redirectFrom === undefined;
}

function admissions({ service, port }: OwnedPort, stack: Stack, site: Site): readonly string[] {
  const callers = callersOf(stack, service, port);
  if (callers.length === 0) return [];
  return [
    `# ${service.name} ${port.name}: ${callers.map((caller) => caller.name).join(", ")}`,
    ...port.protocols.map((protocol) => `${protocol} dport ${port.host} meta skuid { ${idsOf(callers, site)} } accept`),
  ];
}

/** Looked at where a connection begins only: the answer to its first packet has the socket that listens, and so its owner. */
function answers(service: Service, site: Site): readonly string[] {
  const owned = service.ports.map((port) => ({ service, port }));
  const others = `meta skuid != { 0, ${idsOf([service], site)} } goto squatter`;
  const rules = PROTOCOLS.flatMap((protocol) => portRule(protocol, owned, "", others, "sport"));
  return rules.length === 0 ? [] : [`# ${service.name}`, ...rules];
}

function refusals(ports: readonly OwnedPort[], match: string): readonly string[] {
  return PROTOCOLS.flatMap((protocol) =>
    portRule(protocol, ports, match, protocol === "tcp" ? "reject with tcp reset" : "reject"),
  );
}

function portRules(ports: readonly OwnedPort[], match: string, verdict: string): readonly string[] {
  return PROTOCOLS.flatMap((protocol) => portRule(protocol, ports, match, verdict));
}

function portRule(
  protocol: Protocol,
  ports: readonly OwnedPort[],
  match: string,
  verdict: string,
  end: "dport" | "sport" = "dport",
): readonly string[] {
  const numbers = ports.filter(({ port }) => port.protocols.includes(protocol)).map(({ port }) => port.host);
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  return sorted.length === 0 ? [] : [`${match}${protocol} ${end} { ${sorted.join(", ")} } ${verdict}`];
}

/** Users, and the ids that their containers may run as: with Network=host a program would open its sockets as one of them. */
function idsOf(services: readonly Service[], site: Site): string {
  const accounts = services.map((service) => site.identities.get(service.account.user) as DesiredAccount);
  const ids = accounts.flatMap(({ uid, subuid }) => [`${uid}`, `${subuid.start}-${subuid.start + subuid.count - 1}`]);
  return ids.join(", ");
}

function lines(list: readonly string[]): string {
  return list.map((line) => `    ${line}\n`).join("");
}
