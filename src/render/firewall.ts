/** The file with the rules of our nftables table, and the unit that loads it at boot. */
import type { AbsolutePath, UnitName } from "../model/names.ts";
import { STATE_ROOT } from "../model/places.ts";
import type { DesiredDirectory, DesiredFile, DesiredSystemUnit } from "../model/resource.ts";
import type { Stack } from "../model/service.ts";
import { fingerprint } from "./fingerprint.ts";
import { firewallRules, TABLE, TABLE_NAME } from "./firewall-rules.ts";
import { MARKER } from "./places.ts";
import type { Site } from "./site.ts";

export const FIREWALL_UNIT = "install-quadlets-firewall.service" as UnitName;
const RULES = `${STATE_ROOT}/firewall.nft`;
const DROP_INS = "/etc/systemd/system/nftables.service.d";
const ROOTS = { service: undefined, owner: { uid: 0, gid: 0 } };

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
    { path: RULES, content: firewallRules(ports, stack, site), role: { kind: "plain" as const } },
    { path: `/etc/systemd/system/${FIREWALL_UNIT}`, content: UNIT, role: { kind: "system-unit" as const } },
    { path: `${DROP_INS}/50-install-quadlets.conf`, content: FLUSH, role: { kind: "system-unit" as const } },
  ].map((file) => ({ ...ROOTS, mode: 0o644, ...file, path: file.path as AbsolutePath }));
  const directories = [{ ...ROOTS, path: DROP_INS as AbsolutePath, mode: 0o755 }];
  const contents = fingerprint(files.map((file) => file.content));
  // Reloaded, never restarted: no moment is without rules.
  return { directories, files, units: [{ unit: FIREWALL_UNIT, table: TABLE_NAME, fingerprint: contents }] };
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
