/** `install-quadlets secrets list | show | rotate`: which there are, who reads them, the value of one, and another for it. */
import { secretKey } from "../model/record-keys.ts";
import { type Prepared, prepare } from "../runs/prepare.ts";
import { rotateSecrets as runRotation } from "../runs/rotate-secrets.ts";
import { describeSource, type NamedSecret, readersOf, secretsOf } from "../runs/secret-names.ts";
import { readShown } from "../runs/show-secret.ts";
import type { System } from "../system/interfaces.ts";
import { makeSystem } from "../system/real.ts";
import { type InstallOptions, installRun, tell } from "./install.ts";
import { print, printJson, table } from "./output.ts";
import { readSources, thisProgram } from "./package.ts";

/** Names and recipes; values stay where they are. */
export async function listSecrets(options: { readonly config?: string; readonly json?: boolean }): Promise<void> {
  const prepared = await look(makeSystem(), options.config);
  const secrets = secretsOf(prepared.stack).map((named) => {
    const { user } = named.service.account;
    const there = prepared.facts.secrets.get(user)?.includes(named.name) === true;
    const what = describe(named, there, prepared);
    return { name: named.title, user, podman: named.name, what, readers: readersOf(named), there };
  });
  if (options.json === true) return printJson({ version: 1, secrets });
  const rows = secrets.map(({ name, user, what, readers }) => [name, user, what, readers.join(", ")]);
  print(table([["SECRET", "OF", "WHAT", "READ BY"], ...rows]));
}

function look(system: System, config: string | undefined): Promise<Prepared> {
  return prepare({ system, program: thisProgram }, readSources(config), { looking: true });
}

function describe(named: NamedSecret, there: boolean, { host, desired }: Prepared): string {
  const { secret, name, service } = named;
  const key = secretKey({ user: service.account.user, name });
  if (there) return describeSource(named);
  if (host.supplied?.waiting.includes(key) === true) return `${describeSource(named)}, from the next run on`;
  if (secret.kind === "supplied") return secret.optional ? "not set (optional)" : "not set";
  const isWanted = desired.secrets.some((one) => secretKey(one) === key);
  return isWanted ? `missing (${describeSource(named)})` : `not set (${describeSource(named)})`;
}

/** For whoever must type it elsewhere; only root gets this far. */
export async function showSecret(name: string, options: { readonly config?: string }): Promise<void> {
  const system = makeSystem();
  print((await readShown(system, await look(system, options.config), name)).reveal());
}

export async function rotateSecrets(names: readonly string[], options: InstallOptions): Promise<void> {
  tell(await runRotation(installRun(options), names));
}
