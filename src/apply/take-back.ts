/** Takes the steps of a run back: units stopped, disk and accounts restored, what ran before running again. */
import { asUser, disableLinger, enableLinger, removeGroup, removeSubids, removeUser } from "../commands/accounts.ts";
import { reloadContainer, removeSecret, tagImage } from "../commands/podman.ts";
import { controlUnits, disableNow, enableNow, managerUnit, reloadManager } from "../commands/systemd.ts";
import { removeTree } from "../commands/trees.ts";
import { UserError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import type { FileBefore, Undo } from "../model/journal.ts";
import { appliedKey } from "../plan/compare-managers.ts";
import type { System } from "../system/interfaces.ts";
import { describeStep } from "./describe-step.ts";
import { restoreSecret } from "./kept-secrets.ts";
import { unrotate } from "./rotate-secret.ts";

type Of<Kind extends Undo["kind"]> = Extract<Undo, { kind: Kind }>;

/**
 * `steps` oldest first, of one run or of several in a row. Goes on where a step cannot be taken back and returns what
 * stays, in words; data and pulled images always stay.
 */
export async function takeBack(system: System, steps: readonly Undo[]): Promise<readonly string[]> {
  const leftovers: string[] = [];
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => {
      leftovers.push(`${what}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    });
  };
  const all = <Kind extends Undo["kind"]>(kind: Kind) => steps.filter((step): step is Of<Kind> => step.kind === kind);
  await stopNewUnits(system, all("unit"), attempt);
  for (const step of [...steps].reverse()) await attempt(describeStep(step), () => restore(system, step));
  await restartManagers(system, all("system-unit"), all("manager"), attempt);
  const stopped = new Set(all("manager").flatMap((step) => (step.wasActive ? [] : [step.account.user])));
  const standing = <Step extends { readonly account: AccountFact }>(list: readonly Step[]) =>
    list.filter((step) => !stopped.has(step.account.user));
  await restartUnits(system, standing(all("unit")), standing(all("reload-user")), attempt);
  const restarted = all("unit").map(keyOf);
  const reloads = standing(all("reload-unit")).filter((step) => !restarted.includes(keyOf(step)));
  await reloadUnits(system, reloads, attempt);
  return leftovers;
}

type Attempt = (what: string, work: () => Promise<unknown>) => Promise<void>;

/** While their unit files are still there: a unit whose file is gone cannot be stopped properly. */
async function stopNewUnits(system: System, units: readonly Of<"unit">[], attempt: Attempt): Promise<void> {
  const fresh = byUser(units.filter((step) => !step.wasActive));
  await Promise.all(
    fresh.map(({ account, steps }) => {
      const stop = controlUnits("user", "stop", steps.map((step) => step.unit).reverse());
      // Nothing to stop is what we want; systemctl calls it a failure.
      return attempt(`stop units of ${account.user}`, () => system.runner.probe(asUser(account, stop)));
    }),
  );
}

async function restore(system: System, step: Undo): Promise<unknown> {
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
      return runner.run(removeTree(step.path));
    case "linger":
      return runner.run(disableLinger(step.user));
    case "manager":
      // Before linger and the account go; one that ran before is restarted at the end.
      return step.wasActive ? undefined : runner.run(controlUnits("system", "stop", [managerUnit(step.account.uid)]));
    case "subids":
      return runner.run(removeSubids(step.user, step));
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

async function restartManagers(
  system: System,
  systemUnits: readonly Of<"system-unit">[],
  managers: readonly Of<"manager">[],
  attempt: Attempt,
): Promise<void> {
  const { runner } = system;
  await attempt("systemctl daemon-reload", () => runner.run(reloadManager("system")));
  const restart = (unit: string) =>
    attempt(`restart ${unit}`, () => runner.run(controlUnits("system", "restart", [unit])));
  await Promise.all([
    ...systemUnits.filter((step) => step.wasActive).map((step) => restart(step.unit)),
    ...managers.filter((step) => step.wasActive).map((step) => restart(managerUnit(step.account.uid))),
  ]);
}

async function restartUnits(
  system: System,
  units: readonly Of<"unit">[],
  reloads: readonly Of<"reload-user">[],
  attempt: Attempt,
): Promise<void> {
  const { runner } = system;
  const groups = byUser(units.filter((step) => step.wasActive));
  const accounts = new Map([...reloads, ...groups].map(({ account }) => [account.user, account]));
  await Promise.all(
    [...accounts.values()].map(async (account) => {
      await attempt(`reload the user manager of ${account.user}`, () =>
        runner.run(asUser(account, reloadManager("user"))),
      );
      const steps = groups.find((group) => group.account.user === account.user)?.steps ?? [];
      if (steps.length === 0) return;
      const names = steps.map((step) => step.unit);
      const longest = Math.max(...steps.map((step) => step.startTimeoutSeconds));
      const run = (verb: "restart" | "start" | "reset-failed") =>
        asUser(account, controlUnits("user", verb, names, { timeoutMs: (longest + 120) * 1000 }));
      await runner.probe(run("reset-failed"));
      await attempt(`restart ${names.join(", ")}`, () => runner.run(run("restart")));
    }),
  );
}

/** Each once: its files are what they were before all of the steps. */
async function reloadUnits(system: System, steps: readonly Of<"reload-unit">[], attempt: Attempt): Promise<void> {
  const units = new Map(steps.map((step) => [keyOf(step), step]));
  for (const { account, unit, container, command } of units.values()) {
    await attempt(`reload ${unit}`, () => system.runner.run(asUser(account, reloadContainer(container, command))));
  }
}

function keyOf({ account, unit }: Of<"unit" | "reload-unit">): string {
  return appliedKey(account.user, unit);
}

interface UserGroup {
  readonly account: AccountFact;
  readonly steps: readonly Of<"unit">[];
}

/** Each unit once, the earliest step of it: that one knows how it was before everything. */
function byUser(units: readonly Of<"unit">[]): readonly UserGroup[] {
  const groups = new Map<string, { account: AccountFact; steps: Of<"unit">[] }>();
  for (const step of units) {
    const group = groups.get(step.account.user) ?? { account: step.account, steps: [] };
    if (!group.steps.some((known) => known.unit === step.unit)) group.steps.push(step);
    groups.set(step.account.user, group);
  }
  return [...groups.values()];
}
