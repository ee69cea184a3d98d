/** Files of the host itself: the drop-in of a user manager, the redirect of port 53 and its unit. */
import type { AbsolutePath, UnitName } from "../model/names.ts";
import { QUADLET_ROOT, STATE_ROOT } from "../model/places.ts";
import type { DesiredAccount, DesiredFile, DesiredSystemUnit, Redirect } from "../model/resource.ts";
import type { Service, Stack } from "../model/service.ts";
import { fingerprint } from "./fingerprint.ts";
import { MARKER } from "./places.ts";
import type { Site } from "./site.ts";

const FIREWALL_UNIT = "install-quadlets-firewall.service" as UnitName;
const ROOT = { uid: 0, gid: 0 };

/**
 * Orders and limits the user manager instead of each container: user units cannot be ordered after
 * system units, but user@UID.service is one (systemd#3312).
 */
export function managerDropIn(service: Service, account: DesiredAccount): DesiredFile {
  const after = ["network-online.target", "tailscaled.service", FIREWALL_UNIT, ...service.account.after];
  const lines = [
    MARKER,
    "[Unit]",
    `Wants=${["network-online.target", ...service.account.after].join(" ")}`,
    `After=${after.join(" ")}`,
    "[Service]",
    // The units of one account live in one root-owned directory; sockets are plain units there, next to the
    // quadlets. The trailing colon keeps systemd's own search path (systemd.unit(5)).
    `Environment=SYSTEMD_UNIT_PATH=${QUADLET_ROOT}/${account.uid}:`,
    // systemd's default is 120 s for the whole manager: too short for databases to flush (podman#21629).
    "TimeoutStopSec=300",
    ...Object.entries(service.account.limits).map(([key, value]) => `${key}=${value}`),
  ];
  if (service.account.capabilities.length > 0) {
    // Held by the manager only, so that its sockets may listen below 1024; containers do not inherit it.
    lines.push(`AmbientCapabilities=${service.account.capabilities.join(" ")}`);
  }
  const content = `${lines.join("\n")}\n`;
  return {
    service: service.name,
    path: `/etc/systemd/system/user@${account.uid}.service.d/50-install-quadlets.conf` as AbsolutePath,
    content,
    owner: ROOT,
    mode: 0o644,
    role: { kind: "manager-drop-in", user: account.user, fingerprint: fingerprint([content]) },
  };
}

export function redirects(stack: Stack, site: Site): readonly Redirect[] {
  return stack.services.flatMap((service) =>
    service.ports.flatMap((port) =>
      port.redirectFrom === undefined
        ? []
        : port.protocols.map((protocol) => ({
            address: site.address,
            protocol,
            from: port.redirectFrom as number,
            to: port.host,
          })),
    ),
  );
}

const RULES = `${STATE_ROOT}/firewall.nft` as AbsolutePath;

/** The nftables table that is ours, and the unit that loads it at boot. Empty where nothing is redirected. */
export function firewall(list: readonly Redirect[]): {
  files: readonly DesiredFile[];
  units: readonly DesiredSystemUnit[];
} {
  if (list.length === 0) return { files: [], units: [] };
  const files = [
    { path: RULES, content: rules(list), role: { kind: "plain" as const } },
    {
      path: `/etc/systemd/system/${FIREWALL_UNIT}` as AbsolutePath,
      content: FIREWALL_TEXT,
      role: { kind: "system-unit" as const },
    },
  ].map((file) => ({ service: undefined, owner: ROOT, mode: 0o644, ...file }));
  return { files, units: [{ unit: FIREWALL_UNIT, fingerprint: fingerprint(files.map((file) => file.content)) }] };
}

function rules(list: readonly Redirect[]): string {
  const each = (line: (r: Redirect) => string) => list.map((r) => `    ${line(r)}`).join("\n");
  return `${MARKER}
# Replaces our own table in one transaction; every other table stays as it is.
add table ip install_quadlets
delete table ip install_quadlets
table ip install_quadlets {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
${each((r) => `ip daddr ${r.address} ${r.protocol} dport ${r.from} redirect to :${r.to}`)}
  }
  chain output {
    type nat hook output priority dstnat; policy accept;
    # Not "redirect": for packets of the host itself that would mean 127.0.0.1.
${each((r) => `ip daddr ${r.address} ${r.protocol} dport ${r.from} dnat to ${r.address}:${r.to}`)}
  }
}
`;
}

const FIREWALL_TEXT = `${MARKER}
[Unit]
Description=Redirects of install-quadlets (DNS on the tailnet address)
After=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${RULES}
ExecStop=/usr/sbin/nft delete table ip install_quadlets

[Install]
WantedBy=multi-user.target
`;
