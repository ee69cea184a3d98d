/** Takes one step back: what was there before it, from what the journal says. */
import { asUser, disableLinger, enableLinger, removeGroup, removeSubids, removeUser } from "../commands/accounts.ts";
import { removeSecret, tagImage } from "../commands/podman.ts";
import { controlUnits, disableNow, enableNow, managerUnit } from "../commands/systemd.ts";
import { removeTree } from "../commands/trees.ts";
import { UserError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import type { FileBefore, Undo } from "../model/journal.ts";
import { partialOf } from "../model/places.ts";
import type { System } from "../system/interfaces.ts";
import { restoreSecret, unrotate } from "./rotate-secret.ts";

type Of<Kind extends Undo["kind"]> = Extract<Undo, { kind: Kind }>;

/** Nothing for steps that are made good at the end, all together: see take-back.ts. */
export async function restore(system: System, step: Undo): Promise<unknown> {
  const { files, runner } = system;
  switch (step.kind) {
    case "file":
      return step.before === undefined ? removeMade(system, step.path) : restoreFile(system, step.path, step.before);
    case "directory":
      return step.before === undefined ? removeMade(system, step.path) : files.makeDirectory(step.path, step.before);
    case "secret":
      return runner.run(asUser(step.account, removeSecret(step.name)));
    case "image":
      return runner.run(asUser(step.account, tagImage(step.id, step.reference)));
    case "rotated-secret":
      return unrotate(system, step);
    case "tree":
      // And what was copied of it, where the copy did not come to its end.
      return runner.run(removeTree(step.path, partialOf(step.path)));
    case "linger":
      return runner.run(disableLinger(step.user));
    case "manager":
      // Before linger and the account go; one that ran before is restarted at the end.
      return step.wasActive ? undefined : runner.run(controlUnits("system", "stop", [managerUnit(step.account.uid)]));
    case "subids":
      return removeRanges(system, step);
    case "account":
      return removeAccount(system, step.account);
    case "system-unit":
      return step.wasActive ? undefined : runner.probe(disableNow(step.unit));
    case "removed-secret":
      // Linger that was just switched on again starts the manager on its own time, and podman needs its directory now.
      await runner.run(controlUnits("system", "start", [managerUnit(step.account.uid)]));
      return restoreSecret(system, step);
    case "unlinger":
      return runner.run(enableLinger(step.user));
    case "disable":
      // Its file is back already: it went after it was disabled.
      return runner.run(enableNow(step.unit));
    default:
      return undefined;
  }
}

/** The step that failed changed nothing: what is as it was is not written again, on a disk that may not take it. */
async function restoreFile(system: System, path: string, before: FileBefore): Promise<void> {
  const { files } = system;
  const stat = await files.stat(path);
  const same = stat?.kind === "file" && stat.uid === before.uid && stat.gid === before.gid && stat.mode === before.mode;
  if (same && (await files.read(path)) === before.content) return;
  await files.write(path, before.content, before);
}

/** A directory that something was put into since is data, and data stays. */
async function removeMade(system: System, path: string): Promise<void> {
  const { files } = system;
  if ((await files.stat(path))?.kind === "directory" && (await files.list(path)).length > 0) return;
  await files.remove(path);
}

/** Of an account that stays, as below, they are the owners of what is in its home. */
async function removeRanges({ files, runner }: System, step: Of<"subids">): Promise<void> {
  if (step.home !== undefined && (await files.stat(step.home)) !== undefined) return;
  await runner.run(removeSubids(step.user, step));
}

/** userdel(8): the step that failed may have been the one that was to make it. */
const NO_SUCH_USER = 6;

/** An account whose home is still there owns data or images: it stays, and its ids with it. */
async function removeAccount(system: System, account: AccountFact): Promise<void> {
  if ((await system.files.stat(account.home)) !== undefined) return;
  const result = await system.runner.probe(removeUser(account.user));
  if (result.exitCode !== 0 && result.exitCode !== NO_SUCH_USER) {
    throw new UserError(`userdel ended with exit code ${result.exitCode}: ${result.stderr.trim()}`);
  }
  await system.runner.probe(removeGroup(account.user));
}
