/** Lets a running container take over what changed, and says why where it refuses. */
import { asUser } from "../commands/accounts.ts";
import { reloadContainer } from "../commands/podman.ts";
import type { Of } from "../model/change.ts";
import { userError } from "../model/diagnostic.ts";
import { type ApplyContext, type Handlers, recordRunning } from "./context.ts";

const LAST_LINES = 20;

export const RELOADS: Handlers<"reload-unit" | "asleep"> = { "reload-unit": reloadUnit, asleep: recordRunning };

async function reloadUnit(context: ApplyContext, change: Of<"reload-unit">): Promise<void> {
  const { account, plainName, container, command } = change;
  const result = await context.system.runner.probe(asUser(account, reloadContainer(container, command)));
  if (result.exitCode !== 0) {
    const said = `${result.stdout}\n${result.stderr}`.split("\n").filter((line) => line.trim() !== "");
    const lines = said.slice(-LAST_LINES).map((line) => `    ${line}`);
    throw userError(
      "not-taken-over",
      [`${plainName} does not take the change over, and goes on as before:`, ...lines].join("\n"),
      `svc logs ${plainName}`,
    );
  }
  await recordRunning(context, change);
}
