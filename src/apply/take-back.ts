/** Takes the steps of a run back: units stopped, disk and accounts restored, what ran before running again. */
import { asUser } from "../commands/accounts.ts";
import { reloadContainer } from "../commands/podman.ts";
import { controlUnits, managerUnit, reloadManager } from "../commands/systemd.ts";
import type { AccountFact } from "../model/facts.ts";
import type { Undo } from "../model/journal.ts";
import { unitKey } from "../model/record-keys.ts";
import { dropRestored } from "../record/kept-secrets.ts";
import type { System } from "../system/interfaces.ts";
import { describeStep } from "./describe-step.ts";
import { restore } from "./restore.ts";

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
  const restored: Undo[] = [];
  for (const step of [...steps].reverse()) {
    await attempt(describeStep(step), async () => {
      await restore(system, step);
      restored.push(step);
    });
  }
  await restartManagers(system, all("system-unit"), all("manager"), attempt);
  const stopped = new Set(all("manager").flatMap((step) => (step.wasActive ? [] : [step.account.user])));
  const standing = <Step extends { readonly account: AccountFact }>(list: readonly Step[]) =>
    list.filter((step) => !stopped.has(step.account.user));
  await restartUnits(system, standing(all("unit")), standing(all("reload-user")), attempt);
  const restarted = all("unit").map(keyOf);
  const reloads = standing(all("reload-unit")).filter((step) => !restarted.includes(keyOf(step)));
  await reloadUnits(system, reloads, attempt);
  await attempt("values of secrets that were put aside", () => dropRestored(system.files, restored));
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
  return unitKey(account.user, unit);
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
