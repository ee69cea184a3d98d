/** The directories of the host and of each service, with their owners and modes. */
import type { AbsolutePath } from "../model/names.ts";
import { QUADLET_ROOT, STATE_ROOT } from "../model/places.ts";
import type { DesiredAccount, DesiredDirectory } from "../model/resource.ts";
import type { Service } from "../model/service.ts";
import { hostOwner } from "./owners.ts";

const ROOT = { uid: 0, gid: 0 };

export function rootDirectories(): readonly DesiredDirectory[] {
  const directory = (path: string, mode: number) => ({
    service: undefined,
    path: path as AbsolutePath,
    owner: ROOT,
    mode,
  });
  return [
    directory(STATE_ROOT, 0o700),
    directory(`${STATE_ROOT}/ca`, 0o700),
    directory("/etc/containers", 0o755),
    directory("/etc/containers/systemd", 0o755),
    directory(QUADLET_ROOT, 0o755),
  ];
}

export function serviceDirectories(service: Service, account: DesiredAccount): readonly DesiredDirectory[] {
  const owner = { uid: account.uid, gid: account.gid };
  return [
    { service: service.name, path: `${QUADLET_ROOT}/${account.uid}` as AbsolutePath, owner: ROOT, mode: 0o755 },
    {
      service: service.name,
      path: `/etc/systemd/system/user@${account.uid}.service.d` as AbsolutePath,
      owner: ROOT,
      mode: 0o755,
    },
    // Others may pass through: programs in containers run as subordinate ids and must reach their mounts.
    { service: service.name, path: account.home, owner, mode: 0o711 },
    ...service.directories.map((directory) => ({
      service: service.name,
      path: directory.path,
      owner: hostOwner(account, directory.owner),
      mode: Number.parseInt(directory.mode, 8),
    })),
  ];
}
