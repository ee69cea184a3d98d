/** Units: one `systemctl show` for each manager that runs, whatever the number of units. */
import { asUser } from "../commands/accounts.ts";
import { showUnits } from "../commands/systemd.ts";
import type { AccountFact, UnitFact } from "../model/facts.ts";
import type { UnitName } from "../model/names.ts";
import type { System } from "../system/interfaces.ts";

/** Empty where the user's manager does not run: nothing of it does then. */
export async function gatherUserUnits(
  system: System,
  account: AccountFact,
  units: readonly string[],
): Promise<readonly UnitFact[]> {
  return units.length === 0 ? [] : ((await askManager(system, account, units)) ?? []);
}

/** Undefined where no manager is behind the socket; throws a UserError where one is and does not answer in time. */
export async function askManager(
  system: System,
  account: AccountFact,
  units: readonly string[],
  timeoutMs?: number,
): Promise<readonly UnitFact[] | undefined> {
  if (!(await managerRuns(system, account.uid))) return undefined;
  const { exitCode, stdout } = await system.runner.probe(asUser(account, showUnits("user", units, timeoutMs)));
  return exitCode === 0 ? parseUnits(stdout) : undefined;
}

export async function gatherSystemUnits(system: System, units: readonly string[]): Promise<readonly UnitFact[]> {
  if (units.length === 0) return [];
  return parseUnits((await system.runner.probe(showUnits("system", units))).stdout);
}

/** Blocks of "Property=value", one for each unit, separated by an empty line. */
export function parseUnits(text: string): readonly UnitFact[] {
  return text.split(/\n{2,}/).flatMap((block) => {
    const values = new Map(block.split("\n").map(splitProperty));
    const unit = values.get("Id");
    if (unit === undefined) return [];
    return [
      {
        unit: unit as UnitName,
        load: values.get("LoadState") ?? "",
        active: values.get("ActiveState") ?? "",
        sub: values.get("SubState") ?? "",
        result: values.get("Result") ?? "",
        needsReload: values.get("NeedDaemonReload") === "yes",
        since: values.get("ActiveEnterTimestamp") ?? "",
        startSeconds: startSeconds(values),
        // Only services have it: sockets and targets do not restart.
        restarts: Number(values.get("NRestarts") ?? 0),
        mainPid: Number(values.get("MainPID") ?? 0),
      },
    ];
  });
}

/** From the start job to readiness, in microseconds since boot; 0 stands for never. */
function startSeconds(values: ReadonlyMap<string, string>): number | undefined {
  const [from, to] = ["InactiveExitTimestampMonotonic", "ActiveEnterTimestampMonotonic"].map((name) =>
    Number(values.get(name) ?? 0),
  );
  if (from === undefined || to === undefined || from === 0 || to < from) return undefined;
  return (to - from) / 1_000_000;
}

/** The socket that `systemctl --user` talks to. */
export async function managerRuns(system: System, uid: number): Promise<boolean> {
  return (await system.files.stat(`/run/user/${uid}/systemd/private`)) !== undefined;
}

function splitProperty(line: string): readonly [string, string] {
  const at = line.indexOf("=");
  return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}
