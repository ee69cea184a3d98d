/** Another value for a secret that works: the former one put aside, whoever holds it in its data told, and the way back. */
import { asUser } from "../commands/accounts.ts";
import { createSecret, execInContainer } from "../commands/podman.ts";
import { UserError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import type { Undo } from "../model/journal.ts";
import type { DesiredSecret } from "../model/resource.ts";
import { Secret } from "../model/secret.ts";
import type { SecretRotation } from "../model/service-secret.ts";
import { asideFor, keepSecret, keptSecret } from "../record/kept-secrets.ts";
import type { System } from "../system/interfaces.ts";
import type { ApplyContext, Of } from "./context.ts";
import { readSecret } from "./read-secret.ts";

/** A statement in a database that is up; it may have to wait for a lock. */
const TELL_MS = 60_000;

/** Gives the value that it has; undefined for a secret that has none. */
export async function putAside(
  context: ApplyContext,
  { secret, account, former }: Of<"secret">,
): Promise<Secret | undefined> {
  if (former === undefined) return undefined;
  const { user, name } = secret;
  const value = await readSecret(context.system, account, name);
  const aside = former === "run" ? { run: context.journal.run } : {};
  await keepSecret(context.vault, user, name, value.reveal(), asideFor(aside.run, "former"));
  await context.journal.record({ kind: "rotated-secret", account, name, rotate: rotationOf(secret), ...aside });
  return value;
}

export function rotationOf({ source }: DesiredSecret): SecretRotation {
  return source.kind === "generated" ? source.rotate : { kind: "restart" };
}

/**
 * Runs what the catalogue says, in the container that holds the secret in its data: the first line of its input is the
 * value that is to count from now on, the second the one that counted before.
 */
export async function tellHolder(
  system: System,
  account: AccountFact,
  rotate: SecretRotation,
  value: Secret,
  former: Secret | undefined,
): Promise<void> {
  if (rotate.kind !== "command") return;
  const stdin = `${value.reveal()}\n${former?.reveal() ?? ""}\n`;
  const command = execInContainer(rotate.container, ["sh", "-c", rotate.command], { stdin, timeoutMs: TELL_MS });
  const { exitCode } = await system.runner.probe(asUser(account, command));
  // What it printed is not quoted: a database repeats the statement that it refuses.
  if (exitCode === 0) return;
  throw new UserError(
    `${rotate.container} did not take the new value (exit code ${exitCode})`,
    `it must be running: svc status ${rotate.container}`,
  );
}

/** The value from before the run, for podman and for whoever holds it. */
export async function unrotate(system: System, step: Extract<Undo, { kind: "rotated-secret" }>): Promise<void> {
  const { account, name, rotate } = step;
  const aside = asideFor(step.run, "former");
  const former = await keptSecret(system.files, account.user, name, aside);
  if (former === undefined) throw new UserError("its former value is not kept");
  const value = new Secret(former);
  await tellHolder(system, account, rotate, value, await readSecret(system, account, name));
  await system.runner.run(asUser(account, createSecret(name, former)));
}

/** What lies aside stays there until all is taken back, so that a taking back that is cut off can be done again. */
export async function restoreSecret(
  system: System,
  { account, name, run }: Extract<Undo, { kind: "removed-secret" }>,
): Promise<void> {
  const keeping = asideFor(run, "kept");
  const value = await keptSecret(system.files, account.user, name, keeping);
  if (value === undefined) {
    // A taking back that was cut off has restored it already; otherwise this says that it is gone.
    await readSecret(system, account, name);
    return;
  }
  await system.runner.run(asUser(account, createSecret(name, value)));
}
