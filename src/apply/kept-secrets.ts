/**
 * Values of secrets whose service went: put aside where only root reads them. The data of a database stays, and it opens
 * with nothing but the password that it was made with.
 */
import { asUser } from "../commands/accounts.ts";
import { createSecret } from "../commands/podman.ts";
import type { AccountFact } from "../model/facts.ts";
import { STATE_ROOT } from "../model/places.ts";
import type { Files, System } from "../system/interfaces.ts";

const KEPT = `${STATE_ROOT}/kept-secrets`;
const PRIVATE = { mode: 0o600, uid: 0, gid: 0 };

function placeOf(user: string, name: string): string {
  return `${KEPT}/${user}-${name}`;
}

export async function keepSecret(files: Files, user: string, name: string, value: string): Promise<void> {
  await files.makeDirectory(KEPT, { ...PRIVATE, mode: 0o700 });
  await files.write(placeOf(user, name), value, PRIVATE);
}

export function keptSecret(files: Files, user: string, name: string): Promise<string | undefined> {
  return files.read(placeOf(user, name));
}

export async function restoreSecret(system: System, account: AccountFact, name: string): Promise<void> {
  const value = await keptSecret(system.files, account.user, name);
  if (value === undefined) throw new Error("its value was not put aside");
  await system.runner.run(asUser(account, createSecret(name, value)));
}
