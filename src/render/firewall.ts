/** The one nftables table that is ours: who may call which port, and port 53. With the unit that loads it at boot. */
import type { AbsolutePath, UnitName } from "../model/names.ts";
import { STATE_ROOT } from "../model/places.ts";
import type { DesiredAccount, DesiredDirectory, DesiredFile, DesiredSystemUnit } from "../model/resource.ts";
import type { Port, Protocol, Service, Stack } from "../model/service.ts";
import { fingerprint } from "./fingerprint.ts";
import { MARKER } from "./places.ts";
import { callersOf, type Site } from "./site.ts";

export const FIREWALL_UNIT = "install-quadlets-firewall.service" as UnitName;
const RULES = `${STATE_ROOT}/firewall.nft`;
const DROP_INS = "/etc/systemd/system/nftables.service.d";
const ROOTS = { service: undefined, owner: { uid: 0, gid: 0 } };
const NAME = "install_quadlets";
const TABLE = `inet ${NAME}`;
const PROTOCOLS: readonly Protocol[] = ["tcp", "udp"];

interface OwnedPort {
  readonly service: Service;
  readonly port: Port;
}

export function firewall(
  stack: Stack,
  site: Site,
): {
  readonly directories: readonly DesiredDirectory[];
  readonly files: readonly DesiredFile[];
  readonly units: readonly DesiredSystemUnit[];
} {
  const ports = stack.services.flatMap((service) => service.ports.map((port) => ({ service, port })));
  if (ports.length === 0) return { directories: [], files: [], units: [] };
  const files = [
    { path: RULES, content: rules(ports, stack, site), role: { kind: "plain" as const } },
    { path: `/etc/systemd/system/${FIREWALL_UNIT}`, content: UNIT, role: { kind: "system-unit" as const } },
    { path: `${DROP_INS}/50-install-quadlets.conf`, content: FLUSH, role: { kind: "system-unit" as const } },
  ].map((file) => ({ ...ROOTS, mode: 0o644, ...file, path: file.path as AbsolutePath }));
  const directories = [{ ...ROOTS, path: DROP_INS as AbsolutePath, mode: 0o755 }];
  const contents = fingerprint(files.map((file) => file.content));
  // Reloaded, never restarted: no moment is without rules.
  return { directories, files, units: [{ unit: FIREWALL_UNIT, table: NAME, fingerprint: contents }] };
}

function rules(ports: readonly OwnedPort[], stack: Stack, site: Site): string {
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
    iifname { "lo", "${site.interface}" } accept
${lines(refusals(tailnet, `ip daddr ${address} `))}  }

  # Loopback is not trusted, so it counts who opened the socket. A container calls as the user of its service.
  chain outgoing {
    type filter hook output priority filter; policy accept;
    oifname != "lo" accept
    ct direction reply accept
    # root${people}
    meta skuid { ${[0, ...site.operators.map(({ uid }) => uid)].join(", ")} } accept
    ip daddr 127.0.0.0/8 goto loopback
    ip6 daddr ::1 goto loopback
    ip daddr ${address} goto tailnet
  }

  chain loopback {
${lines(loopback.flatMap((owned) => admissions(owned, stack, site)))}${lines(loopback.length === 0 ? [] : portRules(loopback, "", "goto refuse"))}  }

  # No way round the rules above: services do not call each other through the tailnet address either.
  chain tailnet {
${lines(portRules(tailnet.filter(isGuarded), "", `meta skuid { ${idsOf(stack.services, site)} } goto refuse`))}  }

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

function refusals(ports: readonly OwnedPort[], match: string): readonly string[] {
  return PROTOCOLS.flatMap((protocol) =>
    portRule(protocol, ports, match, protocol === "tcp" ? "reject with tcp reset" : "reject"),
  );
}

function portRules(ports: readonly OwnedPort[], match: string, verdict: string): readonly string[] {
  return PROTOCOLS.flatMap((protocol) => portRule(protocol, ports, match, verdict));
}

function portRule(protocol: Protocol, ports: readonly OwnedPort[], match: string, verdict: string): readonly string[] {
  const numbers = ports.filter(({ port }) => port.protocols.includes(protocol)).map(({ port }) => port.host);
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  return sorted.length === 0 ? [] : [`${match}${protocol} dport { ${sorted.join(", ")} } ${verdict}`];
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

const UNIT = `${MARKER}
[Unit]
Description=Firewall of install-quadlets: who may call which port
After=nftables.service
StartLimitIntervalSec=0

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${RULES}
ExecReload=/usr/sbin/nft -f ${RULES}
# In one transaction, and no fault where somebody flushed it already.
ExecStop=/usr/sbin/nft "add table ${TABLE}; delete table ${TABLE}"

[Install]
WantedBy=multi-user.target
`;

/** nftables.service starts, stops and reloads with "flush ruleset": ours is put back in the same job. */
const FLUSH = `${MARKER}
# It flushes every table, and with them the rules of install-quadlets.
[Service]
ExecStartPost=-/usr/sbin/nft -f ${RULES}
ExecReload=-/usr/sbin/nft -f ${RULES}
ExecStopPost=-/usr/sbin/nft -f ${RULES}
`;
