/** The value of a podman secret, as its owner can see it. */
import { asUser } from "../commands/accounts.ts";
import { revealSecret } from "../commands/podman.ts";
import { parseSecretValue } from "../commands/secret-value.ts";
import type { AccountFact } from "../model/facts.ts";
import type { Secret } from "../model/secret.ts";
import type { System } from "../system/interfaces.ts";

export async function readSecret(system: System, account: AccountFact, name: string): Promise<Secret> {
  const result = await system.runner.probe(asUser(account, revealSecret(name)));
  // Not CommandFailed: its message quotes output, and this output is the secret.
  if (result.exitCode !== 0) throw new Error(`cannot read secret ${name} of ${account.user}`);
  return parseSecretValue(result.stdout);
}
