/** `install-quadlets update`: newer images under the same names. */
import { next } from "../model/next.ts";
import { update as runUpdate } from "../runs/update.ts";
import { makeRootSystem } from "./context.ts";
import { type InstallOptions, installRun, tell } from "./install.ts";
import { complain } from "./output.ts";

export async function update(names: readonly string[], options: InstallOptions): Promise<void> {
  makeRootSystem();
  const { yes, verbose, snapshot } = options;
  const run = installRun({
    ...(yes && { yes }),
    ...(verbose && { verbose }),
    ...(snapshot === false && { snapshot }),
  });
  let changed = false;
  const welcome: typeof run.welcome = (after, answers) => {
    changed = true;
    run.welcome(after, answers);
  };
  tell(await runUpdate({ ...run, welcome }, names));
  if (changed) complain(next("update"));
}
