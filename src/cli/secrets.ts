/** `install-quadlets secrets list | show | rotate`: which there are, who reads them, the value of one, and another for it. */
import { readSecret } from "../apply/read-secret.ts";
import { UserError } from "../model/diagnostic.ts";
import { secretKey } from "../model/secret-name.ts";
import type { Stack } from "../model/service.ts";
import { makeSystem } from "../system/real.ts";
import { applyNow, type InstallOptions, underLock } from "./install.ts";
import { print, printJson, table } from "./output.ts";
import { readSources } from "./package.ts";
import { type Prepared, prepare } from "./prepare.ts";
import {
  describeSource,
  findSecret,
  howToChange,
  type NamedSecret,
  originOf,
  readersOf,
  secretsOf,
} from "./secret-names.ts";

/** Names and recipes; values stay where they are. */
export async function listSecrets(options: { readonly config?: string; readonly json?: boolean }): Promise<void> {
  const prepared = await prepare(makeSystem(), readSources(options.config), { looking: true });
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
  const { stack, desired, facts } = await prepare(system, readSources(options.config), { looking: true });
  const named = findSecret(stack, name);
  const { user } = named.service.account;
  const account = desired.accounts.find((candidate) => candidate.user === user);
  if (account === undefined) throw new Error(`no account ${user} in the desired state`);
  if (named.secret.kind === "supplied" && facts.secrets.get(user)?.includes(named.name) !== true) {
    throw new UserError(`podman of ${user} does not have ${named.title}`, howToChange(named));
  }
  print((await readSecret(system, account, named.name)).reveal());
}

/** What it is made into follows it, and whoever reads any of them is restarted. */
export async function rotateSecrets(names: readonly string[], options: InstallOptions): Promise<void> {
  await underLock("install-quadlets secrets rotate", options, async (system) => {
    const sources = readSources(options.config);
    const now = await prepare(system, sources);
    refuseUnsettled(now, "rotated");
    const keys = names.map((name) => keyOf(findRotatable(now.stack, name)));
    const wishes = { secrets: keys };
    await applyNow(system, await prepare(system, sources, wishes), options, `rotate ${names.join(" ")}`, wishes);
  });
}

/** Another value is a run of its own, so that it can be taken back on its own. */
export function refuseUnsettled({ plan }: Prepared, verb: string): void {
  if (plan.changes.length === 0) return;
  throw new UserError(`the host is not as configured; a secret is ${verb} on its own`, "first: install-quadlets");
}

function keyOf({ service, name }: NamedSecret): string {
  return secretKey({ user: service.account.user, name });
}

function findRotatable(stack: Stack, name: string): NamedSecret {
  const named = findSecret(stack, name);
  const { secret } = named;
  if (secret.kind === "supplied") throw new UserError(`${name} is given by the site`, howToChange(named));
  if (secret.kind !== "generated") {
    const origin = originOf(stack, named);
    const hint = origin.secret.kind === "supplied" ? howToChange(origin) : "rotate that one";
    throw new UserError(`${name} follows another secret: ${describeSource(named)}`, hint);
  }
  if (secret.rotate.kind === "never") {
    throw new UserError(`${name} must keep its value`, "what was stored with it could not be read any more");
  }
  return named;
}
