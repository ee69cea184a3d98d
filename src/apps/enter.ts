/** Commands inside running containers: which container, whether it runs, and with which secrets. */

import { asUser, asUserAttached } from "../commands/accounts.ts";
import { type AttachedOptions, execAttached, revealSecret } from "../commands/podman.ts";
import { parseSecretValue } from "../commands/secret-value.ts";
import type { Shell } from "../model/access.ts";
import type { Command } from "../model/command.ts";
import { userError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import type { IndexedService } from "../model/index-file.ts";
import { containerName, type IndexedUnit } from "../model/indexed-unit.ts";
import type { Secret } from "../model/secret.ts";
import type { System } from "../system/interfaces.ts";
import { isUp, readStates, stateWord } from "./control.ts";
import type { Target } from "./service-index.ts";

/** The one container that a name stands for; where there are several, which they are. */
export function containerOf({ service, units }: Target, verb: string): IndexedUnit {
  const containers = units.filter((unit) => unit.kind === "container");
  const [only, second] = containers;
  if (only !== undefined && (second === undefined || only.name === service.name)) return only;
  if (only === undefined)
    throw userError("does-not-apply", `${units[0]?.name ?? service.name} has no container that goes on running`);
  const names = containers.map((unit) => unit.name);
  throw userError(
    "ambiguous",
    `${service.name} has ${names.length} containers: ${names.join(", ")}`,
    `sudo svc ${verb} ${names[0]}`,
  );
}

/** In a container that runs; otherwise a UserError that says what it is instead. */
export async function commandIn(
  system: System,
  service: IndexedService,
  unit: IndexedUnit,
  argv: readonly string[],
  options: AttachedOptions,
): Promise<Command> {
  await refuseStopped(system, service, unit);
  return asUserAttached(service, execAttached(containerName(unit), argv, options));
}

/** On its way is good enough: that is when somebody wants to look inside. */
async function refuseStopped(system: System, service: IndexedService, unit: IndexedUnit): Promise<void> {
  const [state] = await readStates(system, [{ service, units: [unit] }]);
  if (state !== undefined && (isUp(state) || state.fact?.active === "activating")) return;
  const word = state === undefined ? "unknown" : stateWord(state);
  throw userError("not-running", `${unit.name} does not run (${word})`, `sudo svc start ${unit.name}`);
}

/** Starts a shell of the service file; its secrets are in the environment of podman and never in arguments. */
export async function shellCommand(
  system: System,
  service: IndexedService,
  shell: Shell,
  words: readonly string[],
  options: Omit<AttachedOptions, "secrets">,
): Promise<Command> {
  const unit = service.units.find((one) => one.name === shell.container);
  if (unit === undefined)
    throw userError("not-recorded", `${service.name} has no container ${shell.container}`, "sudo install-quadlets");
  // First: where nothing of the account runs, its podman may not answer for the secret either.
  await refuseStopped(system, service, unit);
  const values = await Promise.all(
    Object.entries(shell.secrets).map(
      async ([variable, name]) => [variable, await readSecret(system, service, name)] as const,
    ),
  );
  const secrets = Object.fromEntries(values.map(([variable, secret]) => [variable, secret.reveal()]));
  return asUserAttached(
    service,
    execAttached(containerName(unit), [...shell.command, ...words], { ...options, secrets }),
  );
}

/** As its owner's podman has it. */
export async function readSecret(system: System, account: AccountFact, name: string): Promise<Secret> {
  const { exitCode, stdout } = await system.runner.probe(asUser(account, revealSecret(name)));
  // The output is not quoted: it may hold the value.
  if (exitCode !== 0)
    throw userError("secret-missing", `podman of ${account.user} has no secret ${name}`, "sudo install-quadlets");
  return parseSecretValue(stdout);
}
