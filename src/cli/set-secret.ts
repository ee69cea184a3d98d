/** `install-quadlets secrets set | unset`: the value that only the site has, and the way back to none. */
import type { Sources } from "../config/load.ts";
import { resolveStack } from "../config/resolve.ts";
import { NeedsRoot, userError } from "../model/diagnostic.ts";
import { findSupplied, findTied } from "../runs/changeable-secret.ts";
import { type Found, giveBack, setSecret as runSetting, unsetSecret as runUnsetting } from "../runs/set-secret.ts";
import { makeSystem } from "../system/real.ts";
import { type InstallOptions, installRun } from "./install.ts";
import { print } from "./output.ts";
import { readSources } from "./package.ts";
import { readValue } from "./read-value.ts";

export async function setSecret(name: string, options: InstallOptions): Promise<void> {
  const sources = sourcesFor(options);
  const stack = resolveStack(sources);
  const tied = findTied(stack, name);
  if (tied !== undefined) {
    say(await giveBack(installRun(options), tied, await readValue(tied.title)));
    return;
  }
  const found: Found = { secret: findSupplied(stack, name), sources };
  const value = await readValue(found.secret.title);
  // Who pipes the value in has nobody at the terminal to ask.
  const yes = options.yes === true || process.stdin.isTTY !== true;
  say(await runSetting(installRun({ ...options, yes }), found, value));
}

export async function unsetSecret(name: string, options: InstallOptions): Promise<void> {
  const sources = sourcesFor(options);
  say(await runUnsetting(installRun(options), { secret: findSupplied(resolveStack(sources), name), sources }));
}

/** Before anything is asked. */
function sourcesFor(options: InstallOptions): Sources {
  if (makeSystem().host.effectiveUid() !== 0) {
    throw new NeedsRoot("this needs root: nobody else may read a secret", "run it with sudo");
  }
  if (options.dryRun === true) {
    throw userError(
      "does-not-apply",
      "there is no dry run of secrets set and unset",
      "at a terminal they show their plan and ask",
    );
  }
  return readSources(options.config);
}

function say(text: string | undefined): void {
  if (text !== undefined) print(text);
}
