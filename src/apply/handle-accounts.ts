/** Creates accounts and gives them subordinate ids and linger. */
import { addGroup, addSubids, addUser, asUser, enableLinger } from "../commands/accounts.ts";
import { migrate } from "../commands/podman.ts";
import type { UserName } from "../model/names.ts";
import type { DesiredAccount } from "../model/resource.ts";
import type { System } from "../system/interfaces.ts";

/** The group may be left over from a run that was killed between the two commands. */
export async function createAccount(system: System, account: DesiredAccount): Promise<void> {
  const groups = (await system.files.read("/etc/group")) ?? "";
  const exists = groups.split("\n").some((line) => line.startsWith(`${account.user}:`));
  if (!exists) await system.runner.run(addGroup(account.user, account.gid));
  await system.runner.run(addUser(account, `install-quadlets: ${account.service}`));
}

export async function createSubids(
  system: System,
  account: DesiredAccount,
  which: { readonly uids: boolean; readonly gids: boolean },
): Promise<void> {
  const ranges = {
    ...(which.uids ? { uids: account.subuid } : {}),
    ...(which.gids ? { gids: account.subgid } : {}),
  };
  await system.runner.run(addSubids(account.user, ranges));
  // Only an account that already ran podman has a pause process with the old map.
  const storage = await system.files.stat(`${account.home}/.local/share/containers`);
  if (storage !== undefined) await system.runner.run(asUser(account, migrate()));
}

export async function createLinger(system: System, user: UserName): Promise<void> {
  await system.runner.run(enableLinger(user));
}
