/** Another value for a secret that works: the former one put aside, and whoever holds it in its data told. */
import { asUser } from "../commands/accounts.ts";
import { execInContainer } from "../commands/podman.ts";
import type { Of } from "../model/change.ts";
import { userError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import { asideFor } from "../model/keeping.ts";
import type { DesiredSecret } from "../model/resource.ts";
import type { Secret } from "../model/secret.ts";
import type { SecretRotation } from "../model/service-secret.ts";
import { keepSecret } from "../record/kept-secrets.ts";
import type { System } from "../system/interfaces.ts";
import type { ApplyContext } from "./context.ts";
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
  const from = asideFor(former === "run" ? context.journal.run : undefined, "former");
  await keepSecret(context.vault, user, name, value.reveal(), from);
  await context.journal.record({ kind: "restore-secret", account, name, from, rotate: rotationOf(secret) });
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
  throw userError(
    "not-taken-over",
    `${rotate.container} did not take the new value (exit code ${exitCode})`,
    `it must be running: svc status ${rotate.container}`,
  );
}
