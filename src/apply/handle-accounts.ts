/** Accounts with their subordinate ids and linger: made, and taken away. */
import {
  addGroup,
  addSubids,
  addUser,
  asUser,
  disableLinger,
  enableLinger,
  endNow,
  removeGroup,
  removeSubids,
  removeUser,
} from "../commands/accounts.ts";
import { migrate, pauseFile } from "../commands/podman.ts";
import type { Of } from "../model/change.ts";
import type { DesiredAccount } from "../model/resource.ts";
import type { System } from "../system/interfaces.ts";
import type { Handlers } from "./context.ts";

type Kinds = "account" | "subids" | "linger" | "unlinger" | "remove-subids" | "remove-account";

export const ACCOUNTS: Handlers<Kinds> = {
  account: ({ system }, { account }) => createAccount(system, account),
  subids: ({ system }, { account, ...which }) => createSubids(system, account, which),
  linger: ({ system }, { user }) => system.runner.run(enableLinger(user)),
  unlinger: ({ system }, { user }) => system.runner.run(disableLinger(user)),
  "remove-subids": ({ system }, change) => takeRanges(system, change),
  "remove-account": ({ system }, change) => takeAccount(system, change),
};

/** The group may be left over from a run that was killed between the two commands. */
async function createAccount(system: System, account: DesiredAccount): Promise<void> {
  const group = await lineOf(system, "/etc/group", account.user);
  if (group === undefined) await system.runner.run(addGroup(account.user, account.gid));
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
  const hasPause = async () => (await files.stat(pauseFile(account.uid))) !== undefined;
  if (!(await hasPause())) return;
  await runner.run(asUser(account, migrate())).catch(async (error: unknown) => {
    if (await hasPause()) throw error;
  });
}

async function takeRanges({ files, runner }: System, { user, unless, ...ranges }: Of<"remove-subids">): Promise<void> {
  if (unless !== undefined && (await files.stat(unless)) !== undefined) return;
  await runner.run(removeSubids(user, ranges));
}

/** Either may be gone already; userdel takes the group along where login.defs says so (USERGROUPS_ENAB). */
async function takeAccount(system: System, { user, uid, unless }: Of<"remove-account">): Promise<void> {
  if (unless !== undefined && (await system.files.stat(unless)) !== undefined) return;
  const line = await lineOf(system, "/etc/passwd", user);
  if (line !== undefined) {
    // Whose uid another account has taken since does not end that one's processes.
    if (uid !== undefined && line.split(":")[2] === String(uid)) await endProcesses(system, uid);
    await system.runner.run(removeUser(user));
  }
  if ((await lineOf(system, "/etc/group", user)) !== undefined) await system.runner.run(removeGroup(user));
}

/** userdel refuses while one runs; its manager and its data are gone already. */
async function endProcesses({ files, runner, clock }: System, uid: number): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const numbers = (await files.list("/proc")).filter((name) => /^\d+$/.test(name));
    const stats = await Promise.all(numbers.map(async (pid) => ({ pid, stat: await files.stat(`/proc/${pid}`) })));
    const own = stats.filter(({ stat }) => stat?.uid === uid).map(({ pid }) => pid);
    if (own.length === 0) return;
    await runner.probe(endNow(own));
    await clock.sleep(100);
  }
}

async function lineOf(
  { files }: System,
  file: "/etc/passwd" | "/etc/group",
  name: string,
): Promise<string | undefined> {
  return ((await files.read(file)) ?? "").split("\n").find((line) => line.startsWith(`${name}:`));
}
