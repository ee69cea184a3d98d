/** The keys that a gateway has, and what it would call those whose values podman has. Nothing of the values is kept. */
import { type Gateway, GatewayDown, listKeys } from "../admin/client.ts";
import { asUser } from "../commands/accounts.ts";
import { revealSecrets } from "../commands/podman.ts";
import { parseSecretValues } from "../commands/secret-value.ts";
import { tokenOf } from "../gateway/litellm-admin.ts";
import type { Applied } from "../model/applied.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { AccountFact, ListenerFact, UnitFact } from "../model/facts.ts";
import { isKeySecret } from "../model/gateway-key.ts";
import type { DesiredKeys, KeysFact } from "../model/key-facts.ts";
import { ofSecretKey } from "../model/record-keys.ts";
import type { Secret } from "../model/secret.ts";
import type { System } from "../system/interfaces.ts";

export interface KeysScene {
  readonly account: AccountFact | undefined;
  readonly units: readonly UnitFact[];
  /** Podman's names. */
  readonly secrets: readonly string[];
  readonly listeners: readonly ListenerFact[];
  readonly applied: Applied;
}

/** Undefined where a site has no keys and had none. */
export async function gatherKeys(
  system: System,
  desired: DesiredKeys | undefined,
  scene: KeysScene,
): Promise<KeysFact | undefined> {
  if (desired === undefined || (desired.keys.length === 0 && !hadKeys(desired, scene.applied))) return undefined;
  const { account, units, secrets, listeners } = scene;
  const { master, port, unit } = desired.maker;
  const runs = units.some((fact) => fact.unit === unit && fact.active === "active");
  // The master key is for the gateway only, whoever else took its port.
  const listens = listeners.some((listener) => listener.port === port && listener.uid === account?.uid);
  if (account === undefined || !runs || !listens || !secrets.includes(master)) return { kind: "down" };
  const names = [master, ...desired.keys.map(({ secret }) => secret).filter((name) => secrets.includes(name))];
  try {
    const values = await readValues(system, account, names);
    const gateway: Gateway = { http: system.http, port, master: values.get(master) as Secret };
    const keys = await listKeys(gateway);
    return { kind: "known", keys, tokens: new Map([...values].map(([name, value]) => [name, tokenOf(value)])) };
  } catch (error) {
    if (error instanceof GatewayDown) return { kind: "down" };
    if (!(error instanceof UserError)) throw error;
    return { kind: "unknown", why: error.message };
  }
}

function hadKeys({ maker }: DesiredKeys, { secrets }: Applied): boolean {
  return secrets.map(ofSecretKey).some(({ user, name }) => user === maker.user && isKeySecret(maker.service, name));
}

async function readValues(
  system: System,
  account: AccountFact,
  names: readonly string[],
): Promise<ReadonlyMap<string, Secret>> {
  const result = await system.runner.probe(asUser(account, revealSecrets(names)));
  // Its output is not quoted: it may hold values.
  if (result.exitCode !== 0) throw userError("secret-missing", `the secrets of ${account.user} cannot be read`);
  const values = parseSecretValues(result.stdout);
  const missing = names.find((name) => !values.has(name));
  if (missing !== undefined) throw userError("secret-missing", `podman of ${account.user} does not show ${missing}`);
  return values;
}
