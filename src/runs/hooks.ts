/** The site's own programs before and after a run; the plan comes to them as JSON on standard input. */
import { userError } from "../model/diagnostic.ts";
import type { PlanAsJson } from "../model/plan-json.ts";
import type { System } from "../system/interfaces.ts";

const HOOKS = "/etc/install-quadlets/hooks";
const TIMEOUT_MS = 10 * 60 * 1000;
const WRITABLE_BY_OTHERS = 0o022;
const EXECUTABLE = 0o100;

/** Nothing where there is no hook. Throws a UserError when it fails or when anybody but root could have written it. */
export async function runHook(system: System, name: "pre-apply" | "post-apply", told: PlanAsJson): Promise<void> {
  const path = `${HOOKS}/${name}`;
  const stat = await system.files.stat(path);
  if (stat === undefined) return;
  if (
    stat.kind !== "file" ||
    stat.uid !== 0 ||
    (stat.mode & WRITABLE_BY_OTHERS) !== 0 ||
    (stat.mode & EXECUTABLE) === 0
  ) {
    throw userError(
      "unusable-file",
      `${path}: a hook must be an executable file that belongs to root and that nobody else can write`,
      `chown root:root ${path} && chmod 0755 ${path}`,
    );
  }
  await system.runner.run({ argv: [path], stdin: JSON.stringify(told), timeoutMs: TIMEOUT_MS });
}
