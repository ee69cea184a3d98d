/** `install-quadlets secrets set | unset`: the value that only the site has, and the way back to none. */
import { resolveStack } from "../config/resolve.ts";
import { UserError } from "../model/diagnostic.ts";
import { suppliedSecrets } from "../model/supplied.ts";
import { makeSystem } from "../system/real.ts";
import { type Giving, giveSecret, takeSecretAway } from "./give-secret.ts";
import { applyNow, type InstallOptions, underLock } from "./install.ts";
import { print } from "./output.ts";
import { readSources } from "./package.ts";
import { prepare } from "./prepare.ts";
import { readValue } from "./read-value.ts";
import { describeSource, findSecret, howToChange, originOf } from "./secret-names.ts";

export async function setSecret(name: string, options: InstallOptions): Promise<void> {
  const giving = find(name, options);
  const value = await readValue(giving.secret.title);
  // Who pipes the value in has nobody at the terminal to ask.
  const yes = options.yes === true || process.stdin.isTTY !== true;
  await carryOut(giving, "set", { ...options, yes }, (ready) => giveSecret(ready, value));
}

export async function unsetSecret(name: string, options: InstallOptions): Promise<void> {
  await carryOut(find(name, options), "unset", options, takeSecretAway);
}

type Found = Pick<Giving, "secret"> & { readonly sources: ReturnType<typeof readSources> };

/** Before anything is asked: that there is such a secret, and that it is the site's to give. */
function find(name: string, options: InstallOptions): Found {
  if (makeSystem().host.effectiveUid() !== 0) {
    throw new UserError("this needs root: nobody else may read a secret", "run it with sudo");
  }
  if (options.dryRun === true) {
    throw new UserError("there is no dry run of secrets set and unset", "at a terminal they show their plan and ask");
  }
  const sources = readSources(options.config);
  const stack = resolveStack(sources);
  const named = findSecret(stack, name);
  const secret = suppliedSecrets(stack).find((one) => one.title === named.title);
  if (secret !== undefined) return { secret, sources };
  if (named.secret.kind === "generated") {
    throw new UserError(`${named.title} is made on this host, not given`, `another value: ${howToChange(named)}`);
  }
  const follows = `${named.title} follows another secret: ${describeSource(named)}`;
  throw new UserError(follows, howToChange(originOf(stack, named)));
}

async function carryOut(
  { secret, sources }: Found,
  verb: "set" | "unset",
  options: InstallOptions,
  work: (giving: Giving) => Promise<string | undefined>,
): Promise<void> {
  await underLock(`install-quadlets secrets ${verb}`, options, async (system) => {
    const said = await work({
      system,
      secret,
      prepare: (wishes) => prepare(system, sources, wishes),
      apply: (prepared, wishes) => applyNow(system, prepared, options, `${verb} ${secret.title}`, wishes),
    });
    if (said !== undefined) print(said);
  });
}
