/** The value of one secret, for whoever must type it elsewhere. */
import { readSecret } from "../apply/read-secret.ts";
import { userError } from "../model/diagnostic.ts";
import type { Secret } from "../model/secret.ts";
import type { System } from "../system/interfaces.ts";
import type { Prepared } from "./prepare.ts";
import { findSecret, howToChange } from "./secret-names.ts";

/** Throws where podman does not have it: before the first run of its service there is not even the account. */
export async function readShown(
  system: System,
  { stack, desired, facts }: Pick<Prepared, "stack" | "desired" | "facts">,
  title: string,
): Promise<Secret> {
  const named = findSecret(stack, title);
  const { user } = named.service.account;
  const account = desired.accounts.find((candidate) => candidate.user === user);
  if (account === undefined || facts.secrets.get(user)?.includes(named.name) !== true) {
    const hint = named.secret.kind === "supplied" ? howToChange(named) : "sudo install-quadlets makes what is missing";
    throw userError("secret-missing", `podman of ${user} does not have ${named.title}`, hint);
  }
  return readSecret(system, account, named.name);
}
