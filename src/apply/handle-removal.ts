/** Takes away what is recorded and no longer wanted. Each step may have been done already by a run that was cut off. */
import { asUser, disableLinger, endNow, removeGroup, removeSubids, removeUser } from "../commands/accounts.ts";
import { migrate, removeImage, removeSecret } from "../commands/podman.ts";
import { controlUnits, disableNow, forgetState, managerSocket, managerUnit } from "../commands/systemd.ts";
import { removeTree } from "../commands/trees.ts";
import type { Change } from "../model/change.ts";
import type { AccountFact } from "../model/facts.ts";
import { APPLIED_PATH, isTemporary } from "../model/places.ts";
import type { Step } from "../model/plan.ts";
import { waitFor } from "../model/waiting.ts";
import { asideFor, dropSecret, keepSecret, keptSecret } from "../record/kept-secrets.ts";
import type { System } from "../system/interfaces.ts";
import type { ApplyContext, Of } from "./context.ts";
import { readSecret } from "./read-secret.ts";

/** Model caches hold hundreds of gigabytes. */
const TREE_MS = 60 * 60 * 1000;

const KINDS = [
  "stop",
  "disable",
  "remove-secret",
  "remove-image",
  "unlinger",
  "stop-manager",
  "remove-tree",
  "remove-directory",
  "remove-subids",
  "remove-account",
  "remove-state",
] as const;

type Removal = Extract<Change, { kind: (typeof KINDS)[number] }>;

/** Those of one user. */
export async function stopUnits(context: ApplyContext, steps: readonly Step[]): Promise<void> {
  const stops = steps.flatMap(({ change }) => (change.kind === "stop" ? [change] : []));
  const [first] = stops;
  if (first === undefined) return;
  const { runner } = context.system;
  const units = stops.map(({ unit }) => unit);
  context.reporter.progress(`stopping ${units.join(", ")}`);
  const timeoutMs = waitFor(stops.map(({ timeoutSeconds }) => timeoutSeconds));
  await runner.run(asUser(first.account, controlUnits("user", "stop", units, { timeoutMs })));
  // One that failed would stay in the manager's list, without a file.
  await runner.probe(asUser(first.account, controlUnits("user", "reset-failed", units)));
  for (const step of steps) context.reporter.done(step);
}

export async function remove(context: ApplyContext, change: Removal): Promise<void> {
  const { files, runner } = context.system;
  switch (change.kind) {
    case "stop":
      throw new Error("units are stopped by stopUnits");
    case "disable":
      await runner.run(disableNow(change.unit));
      // When it last ran, which systemd keeps for a timer that makes up for missed times.
      if (change.unit.endsWith(".timer")) await runner.probe(forgetState(change.unit));
      return;
    case "remove-secret":
      return takeSecret(context, change);
    case "remove-image":
      return takeImage(context, change);
    case "unlinger":
      await runner.run(disableLinger(change.user));
      return;
    case "stop-manager":
      await runner.run(controlUnits("system", "stop", [managerUnit(change.account.uid)]));
      await runner.probe(controlUnits("system", "reset-failed", [managerUnit(change.account.uid)]));
      return;
    case "remove-tree":
      // Through stat, which refuses a symlink on the way; rm itself follows none below.
      if ((await files.stat(change.path)) === undefined) return;
      await runner.run({ ...removeTree(change.path), timeoutMs: TREE_MS });
      return;
    case "remove-directory":
      for (const name of await files.list(change.path)) {
        if (isTemporary(name)) await files.remove(`${change.path}/${name}`);
      }
      return files.remove(change.path);
    case "remove-subids":
      await runner.run(removeSubids(change.user, change));
      return;
    case "remove-account":
      return takeAccount(context, change);
    case "remove-state":
      return takeState(context, change);
    default:
      return change satisfies never;
  }
}

async function takeSecret(context: ApplyContext, { account, name, keep }: Of<"remove-secret">): Promise<void> {
  const { user } = account;
  await withManager(context, account, async () => {
    if (keep !== "no") {
      const value = await readSecret(context.system, account, name);
      const aside = keep === "run" ? { run: context.journal.run } : {};
      const keeping = asideFor(aside.run, "kept");
      const wasKept = (await keptSecret(context.vault, user, name, keeping)) !== undefined;
      await keepSecret(context.vault, user, name, value.reveal(), keeping);
      const undo = { kind: "removed-secret", account, name, wasKept, ...aside } as const;
      await context.journal.record(undo).catch(async (error: unknown) => {
        if (!wasKept) await dropSecret(context.vault, user, name, keeping);
        throw error;
      });
    }
    await context.system.runner.run(asUser(account, removeSecret(name)));
  });
}

/** One that a container of somebody else's uses stays, and is named. */
async function takeImage(context: ApplyContext, { account, reference }: Of<"remove-image">): Promise<void> {
  await withManager(context, account, async () => {
    await context.system.runner.run(asUser(account, removeImage(reference))).catch((error: unknown) => {
      context.reporter.note(`  image ${reference} of ${account.user} stays: ${String(error)}`);
    });
  });
}

/** podman wants /run/user/UID, which comes and goes with the user's manager; no unit is there any more to start. */
async function withManager(context: ApplyContext, account: AccountFact, work: () => Promise<void>): Promise<void> {
  const { runner } = context.system;
  const unit = managerUnit(account.uid);
  const runs = (await context.system.files.stat(managerSocket(account.uid))) !== undefined;
  if (!runs) await runner.run(controlUnits("system", "start", [unit]));
  try {
    await work();
  } finally {
    if (!runs) {
      // Ends podman's pause process, which would outlive the manager.
      await runner.probe(asUser(account, migrate()));
      await runner.run(controlUnits("system", "stop", [unit]));
    }
  }
}

/** userdel takes the group along where login.defs says so (USERGROUPS_ENAB). */
async function takeAccount({ system }: ApplyContext, { user, uid }: Of<"remove-account">): Promise<void> {
  const has = async (file: string) =>
    ((await system.files.read(file)) ?? "").split("\n").some((line) => line.startsWith(`${user}:`));
  if (await has("/etc/passwd")) {
    if (uid !== undefined) await endProcesses(system, uid);
    await system.runner.run(removeUser(user));
  }
  if (await has("/etc/group")) await system.runner.run(removeGroup(user));
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

/** The record goes last: a run that is killed before still knows what is ours. */
async function takeState({ system }: ApplyContext, { path }: Of<"remove-state">): Promise<void> {
  const names = await system.files.list(path);
  for (const name of names) {
    if (`${path}/${name}` !== APPLIED_PATH) await system.runner.run(removeTree(`${path}/${name}`));
  }
  await system.files.remove(APPLIED_PATH);
  await system.files.remove(path);
}

export function isRemoval(change: Change): change is Removal {
  return (KINDS as readonly string[]).includes(change.kind);
}
