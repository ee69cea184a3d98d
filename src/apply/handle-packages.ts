/** Packages of the distribution, in one transaction of its own package manager. */
import { installPackages, refreshPackages } from "../commands/packages.ts";
import type { Of } from "../model/change.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import { visible } from "../model/visible.ts";
import type { ApplyContext, Handlers } from "./context.ts";

export const PACKAGES: Handlers<"packages"> = { packages: install };

/** What is there already is left as it is, so that a run that was cut off goes on. */
async function install({ system, reporter }: ApplyContext, { family, packages }: Of<"packages">): Promise<void> {
  const show = (line: string) => reporter.progress(visible(line));
  const refresh = refreshPackages(family);
  let lists = "";
  if (refresh !== undefined) {
    // One repository of many that does not answer must not keep the others from it.
    await system.runner.run(refresh, show).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      lists = `\nthe lists of packages could not be fetched anew, either: ${error.message}`;
    });
  }
  try {
    await system.runner.run(installPackages(family, packages), show);
  } catch (error) {
    if (lists === "" || !(error instanceof UserError)) throw error;
    throw userError(error.code, `${error.message}${lists}`, error.hint);
  }
}
