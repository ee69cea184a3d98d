/** The file with the rules of our nftables table, and the unit that loads it at boot. */
import type { AbsolutePath } from "../model/names.ts";
import { FIREWALL_TABLE, FIREWALL_UNIT, STATE_ROOT } from "../model/places.ts";
import type { DesiredDirectory, DesiredFile, DesiredSystemUnit } from "../model/resource.ts";
import type { Stack } from "../model/service.ts";
import { fingerprint } from "./fingerprint.ts";
import { firewallView } from "./firewall-view.ts";
import { hostFile } from "./host-file.ts";
import type { Site } from "./site.ts";

const RULES = `${STATE_ROOT}/firewall.nft`;
const DROP_INS = "/etc/systemd/system/nftables.service.d" as AbsolutePath;
const SYSTEM_UNIT = { role: { kind: "system-unit" } } as const;

export function firewall(
  stack: Stack,
  site: Site,
): {
  readonly directories: readonly DesiredDirectory[];
  readonly files: readonly DesiredFile[];
  readonly units: readonly DesiredSystemUnit[];
} {
  if (stack.services.every((service) => service.ports.length === 0)) return { directories: [], files: [], units: [] };
  const view = { table: FIREWALL_TABLE, rules: RULES };
  const files = [
    hostFile(site, "firewall.nft", RULES, { table: FIREWALL_TABLE, ...firewallView(stack, site) }),
    hostFile(site, "firewall.service", `/etc/systemd/system/${FIREWALL_UNIT}`, view, SYSTEM_UNIT),
    hostFile(site, "nftables.conf", `${DROP_INS}/50-install-quadlets.conf`, view, SYSTEM_UNIT),
  ];
  const directories = [{ service: undefined, path: DROP_INS, owner: { uid: 0, gid: 0 }, mode: 0o755 }];
  const contents = fingerprint(files.map((file) => file.content));
  // Reloaded, never restarted: no moment is without rules.
  return { directories, files, units: [{ unit: FIREWALL_UNIT, table: FIREWALL_TABLE, fingerprint: contents }] };
}
