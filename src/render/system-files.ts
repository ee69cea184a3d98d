/** What user managers of ours start with: a drop-in for each, with its order, limits and capabilities, and podman's settings. */
import type { AbsolutePath } from "../model/names.ts";
import { QUADLET_ROOT } from "../model/places.ts";
import type { DesiredAccount, DesiredFile } from "../model/resource.ts";
import type { Service } from "../model/service.ts";
import { fingerprint } from "./fingerprint.ts";
import { FIREWALL_UNIT } from "./firewall.ts";
import { MARKER } from "./places.ts";

const ROOT = { uid: 0, gid: 0 };
const PODMAN_SETTINGS = "/etc/containers/install-quadlets.conf";

/**
 * Read by the podman of our accounts only, after containers.conf and over it; a key that a podman does not know yet is ignored
 * (containers/common pkg/config/new.go). Podman gives up where the file is missing: it is written before any manager that
 * names it starts, and removed after the last unit has stopped.
 */
export function podmanSettings(): DesiredFile {
  return {
    service: undefined,
    path: PODMAN_SETTINGS as AbsolutePath,
    content: `${MARKER}
[engine]
# No line in the journal for each check that is run; what fails is still killed, and systemd says so.
healthcheck_events = false
`,
    owner: ROOT,
    mode: 0o644,
    role: { kind: "plain" },
  };
}

/**
 * Orders and limits the user manager instead of each container: user units cannot be ordered after
 * system units, but user@UID.service is one (systemd#3312).
 */
export function managerDropIn(service: Service, account: DesiredAccount): DesiredFile {
  // Not wanted, only waited for where the host has it in its boot: it waits without an end for a Tailscale that is down, and
  // sockets bind to the address before it is there.
  const after = [
    "network-online.target",
    "tailscaled.service",
    "tailscale-online.target",
    FIREWALL_UNIT,
    ...service.account.after,
  ];
  const lines = [
    MARKER,
    "[Unit]",
    `Wants=${["network-online.target", FIREWALL_UNIT, ...service.account.after].join(" ")}`,
    `After=${after.join(" ")}`,
    "[Service]",
    // The units of one account live in one root-owned directory; sockets are plain units there, next to the
    // quadlets. The trailing colon keeps systemd's own search path (systemd.unit(5)).
    `Environment=SYSTEMD_UNIT_PATH=${QUADLET_ROOT}/${account.uid}:`,
    // Handed down to everything that the manager starts, podman's timers for health checks among it.
    `Environment=CONTAINERS_CONF_OVERRIDE=${PODMAN_SETTINGS}`,
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
