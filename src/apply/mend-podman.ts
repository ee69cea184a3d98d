/** Podman of an account that refuses everything, because it remembers processes that are gone: it forgets them. */
import { asUser } from "../commands/accounts.ts";
import { enterNamespace, forgetPause, migrate, pauseFile } from "../commands/podman.ts";
import { ifReadable } from "../facts/if-readable.ts";
import type { AccountFact } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";

/** Throws podman's own words where it still refuses. Nothing is done where it works. */
export async function mendPodman(system: System, account: AccountFact): Promise<void> {
  const { runner } = system;
  const enter = asUser(account, enterNamespace());
  const enters = async () => (await runner.probe(enter)).exitCode === 0;
  if (await enters()) return;
  // Of containers whose manager was killed. podman 5.4 does what is needed, and then crashes over the container that is gone.
  await runner.probe(asUser(account, migrate()));
  if (await enters()) return;
  if (await isPauseGone(system, account)) await runner.probe(asUser(account, forgetPause(account.uid)));
  await runner.run(enter);
}

/**
 * The first podman after a boot was killed before it had made its notes: until there are any it takes the number of its pause process for
 * granted, and joins nobody (podman libpod/runtime.go, makeRuntime).
 */
async function isPauseGone({ files }: System, { uid }: AccountFact): Promise<boolean> {
  const pid = (await ifReadable(files.read(pauseFile(uid), 64)))?.trim() ?? "";
  if (!/^[1-9]\d*$/.test(pid)) return false;
  return (await files.stat(`/proc/${pid}`))?.uid !== uid;
}
