/** `install-quadlets uninstall`: its flags, and how deep they go. */
import { uninstall as runUninstall } from "../runs/uninstall.ts";
import { contextOf, makeFaultySystem } from "./context.ts";
import { tell } from "./install.ts";

export interface UninstallOptions {
  readonly purgeImages?: boolean;
  readonly purge?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly yesDeleteData?: boolean;
  readonly json?: boolean;
}

const NOTHING = "nothing to do: nothing of that is installed on this host";

export async function uninstall(options: UninstallOptions): Promise<void> {
  const outcome = await runUninstall({
    ...contextOf(makeFaultySystem(), { json: options.json, nothing: NOTHING }),
    depth: options.purge === true ? "all" : options.purgeImages === true ? "images" : "keep",
    dryRun: options.dryRun === true,
    yes: options.yes === true,
    yesDeleteData: options.yesDeleteData === true,
  });
  tell(outcome);
}
