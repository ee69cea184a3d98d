/** Lets a running container take over what changed, and says why where it refuses. */
import { asUser } from "../commands/accounts.ts";
import { reloadContainer } from "../commands/podman.ts";
import { UserError } from "../model/diagnostic.ts";
import { type ApplyContext, type Of, recordRunning } from "./context.ts";

const LAST_LINES = 20;

export async function reloadUnit(context: ApplyContext, change: Of<"unit">): Promise<void> {
  const { unit, account } = change;
  if (unit.reload === undefined) throw new Error(`${unit.plainName} has nothing to reload with`);
  const { container, command } = unit.reload;
  const result = await context.system.runner.probe(asUser(account, reloadContainer(container, command)));
  if (result.exitCode !== 0) {
    const said = `${result.stdout}\n${result.stderr}`.split("\n").filter((line) => line.trim() !== "");
    const lines = said.slice(-LAST_LINES).map((line) => `    ${line}`);
    throw new UserError(
      [`${unit.plainName} does not take the change over, and goes on as before:`, ...lines].join("\n"),
      `svc logs ${unit.plainName}`,
    );
  }
  await recordRunning(context, change);
}
