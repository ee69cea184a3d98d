/** What user managers of ours start with: a drop-in for each, with its order, limits and capabilities, and podman's settings. */
import { FIREWALL_UNIT, QUADLET_ROOT } from "../model/places.ts";
import type { DesiredAccount, DesiredFile } from "../model/resource.ts";
import type { Service } from "../model/service.ts";
import { fingerprint } from "./fingerprint.ts";
import { hostFile } from "./host-file.ts";
import type { Site } from "./site.ts";

const PODMAN_SETTINGS = "/etc/containers/install-quadlets.conf";

/**
 * Read by the podman of our accounts only, after containers.conf and over it; a key that a podman does not know yet is ignored
 * (containers/common pkg/config/new.go). Podman gives up where the file is missing: it is written before any manager that
 * names it starts, and removed after the last unit has stopped.
 */
export function podmanSettings(site: Site): DesiredFile {
  return hostFile(site, "podman.conf", PODMAN_SETTINGS, {});
}

/**
 * Orders and limits the user manager instead of each container: user units cannot be ordered after
 * system units, but user@UID.service is one (systemd#3312).
 */
export function managerDropIn(service: Service, account: DesiredAccount, site: Site): DesiredFile {
  const path = `/etc/systemd/system/user@${account.uid}.service.d/50-install-quadlets.conf`;
  const { after, limits, capabilities, groups } = service.account;
  const units = `${QUADLET_ROOT}/${account.uid}`;
  const view = { firewall: FIREWALL_UNIT, podmanSettings: PODMAN_SETTINGS, units, after, limits, capabilities, groups };
  const file = hostFile(site, "user-manager.conf", path, view, { service: service.name });
  return {
    ...file,
    role: { kind: "manager-drop-in", user: account.user, fingerprint: fingerprint([file.content]) },
  };
}
