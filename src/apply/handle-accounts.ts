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
  await forgetOldMap(system, account);
}

/**
 * podman's pause process keeps the map that it was started with. Its pid is in the runtime directory, which goes ten
 * seconds after the last manager of an account that lost its linger: with it goes all that there was to forget.
 */
async function forgetOldMap({ files, runner }: System, account: DesiredAccount): Promise<void> {
  const hasPause = async () => (await files.stat(`/run/user/${account.uid}/libpod/tmp/pause.pid`)) !== undefined;
  if (!(await hasPause())) return;
  await runner.run(asUser(account, migrate())).catch(async (error: unknown) => {
    if (await hasPause()) throw error;
  });
}

export async function createLinger(system: System, user: UserName): Promise<void> {
  await system.runner.run(enableLinger(user));
}
