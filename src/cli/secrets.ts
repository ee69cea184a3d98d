/** `install-quadlets secrets list | show | rotate`: which there are, who reads them, the value of one, and another for it. */
import { readSecret } from "../apply/read-secret.ts";
import { UserError } from "../model/diagnostic.ts";
import type { DesiredSecret, DesiredState } from "../model/resource.ts";
import { secretKey } from "../plan/compare-stores.ts";
import { makeSystem } from "../system/real.ts";
import { applyNow, type InstallOptions, underLock } from "./install.ts";
import { print, printJson, table } from "./output.ts";
import { readSources } from "./package.ts";
import { prepare } from "./prepare.ts";

/** Names and recipes; values stay where they are. */
export async function listSecrets(options: { readonly config?: string; readonly json?: boolean }): Promise<void> {
  const { desired, facts } = await prepare(makeSystem(), readSources(options.config));
  const secrets = desired.secrets.map((secret) => ({
    name: nameOf(secret),
    user: secret.user,
    podman: secret.name,
    what: describe(secret, desired),
    readers: readersOf(secret, desired),
    there: facts.secrets.get(secret.user)?.includes(secret.name) === true,
  }));
  if (options.json === true) return printJson({ version: 1, secrets });
  const rows = secrets.map(({ name, user, what, readers, there }) => [
    name,
    user,
    there ? what : `missing (${what})`,
    readers.join(", "),
  ]);
  print(table([["SECRET", "OF", "WHAT", "READ BY"], ...rows]));
}

/** For whoever must type it elsewhere; only root gets this far. */
export async function showSecret(name: string, options: { readonly config?: string }): Promise<void> {
  const system = makeSystem();
  const { desired } = await prepare(system, readSources(options.config));
  const { user, name: stored } = findSecret(desired, name);
  const account = desired.accounts.find((candidate) => candidate.user === user);
  if (account === undefined) throw new Error(`no account ${user} in the desired state`);
  print((await readSecret(system, account, stored)).reveal());
}

/** What it is made into follows it, and whoever reads any of them is restarted. */
export async function rotateSecrets(names: readonly string[], options: InstallOptions): Promise<void> {
  await underLock("install-quadlets secrets rotate", options, async (system) => {
    const sources = readSources(options.config);
    const now = await prepare(system, sources);
    if (now.plan.changes.length > 0) {
      throw new UserError("the host is not as configured; a secret is rotated on its own", "first: install-quadlets");
    }
    const keys = names.map((name) => secretKey(findRotatable(now.desired, name)));
    const wishes = { secrets: keys };
    await applyNow(system, await prepare(system, sources, wishes), options, `rotate ${names.join(" ")}`, wishes);
  });
}

/** "opik/mysql", or podman's name for it. */
function findSecret(desired: DesiredState, name: string): DesiredSecret {
  const secret = desired.secrets.find((candidate) => nameOf(candidate) === name || candidate.name === name);
  if (secret !== undefined) return secret;
  throw new UserError(`there is no secret ${name}`, "install-quadlets secrets list names them");
}

function findRotatable(desired: DesiredState, name: string): DesiredSecret {
  const secret = findSecret(desired, name);
  if (secret.source.kind !== "generated") {
    throw new UserError(`${name} follows another secret: ${describe(secret, desired)}`, "rotate that one");
  }
  if (secret.source.rotate.kind === "never") {
    throw new UserError(`${name} must keep its value`, "what was stored with it could not be read any more");
  }
  return secret;
}

function nameOf({ service, name }: DesiredSecret): string {
  return `${service}/${name.slice(service.length + 1)}`;
}

function describe({ source, user }: DesiredSecret, desired: DesiredState): string {
  switch (source.kind) {
    case "generated":
      return `${source.length} random characters${source.rotate.kind === "never" ? ", for ever" : ""}`;
    case "copy":
      return `the same as ${namedIn(desired, source.user, source.name)}`;
    case "composed": {
      const parts = source.parts.flatMap((part) => (part.kind === "secret" ? [part.name] : []));
      return `made from ${parts.map((name) => namedIn(desired, user, name)).join(", ")}`;
    }
  }
}

function namedIn(desired: DesiredState, user: string, name: string): string {
  const found = desired.secrets.find((secret) => secret.user === user && secret.name === name);
  return found === undefined ? name : nameOf(found);
}

function readersOf({ user, name }: DesiredSecret, desired: DesiredState): readonly string[] {
  return desired.units
    .filter((unit) => unit.user === user && unit.secrets.includes(name))
    .map((unit) => unit.plainName);
}
