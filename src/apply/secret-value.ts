/** Values of secrets: fresh random text, a copy, or a composition. They exist in memory only on their way to podman. */
import { asUser } from "../commands/accounts.ts";
import { createSecret, revealSecret } from "../commands/podman.ts";
import { parseSecretValue } from "../facts/secrets.ts";
import type { AccountFact } from "../model/facts.ts";
import type { DesiredSecret, SecretSource } from "../model/resource.ts";
import { Secret } from "../model/secret.ts";
import type { Randomness } from "../system/interfaces.ts";
import { type ApplyContext, accountNamed, outdateUnits } from "./context.ts";
import { keptSecret } from "./kept-secrets.ts";

const HEX = "0123456789abcdef";
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export async function storeSecret(context: ApplyContext, wanted: DesiredSecret): Promise<void> {
  const value = await secretValue(context, wanted);
  const account = accountNamed(context, wanted.user);
  await outdateUnits(context, (unit) => unit.user === wanted.user && unit.secrets.includes(wanted.name));
  await context.system.runner.run(asUser(account, createSecret(wanted.name, value.reveal())));
}

async function secretValue(context: ApplyContext, wanted: DesiredSecret): Promise<Secret> {
  const { source } = wanted;
  switch (source.kind) {
    case "generated":
      return new Secret(
        (await keptSecret(context.system.files, wanted.user, wanted.name)) ??
          source.prefix + randomText(context.system.random, source),
      );
    case "copy":
      return readSecret(context, accountNamed(context, source.user), source.name);
    case "composed": {
      const parts = await Promise.all(
        source.parts.map(async (part) =>
          part.kind === "text"
            ? part.text
            : (await readSecret(context, accountNamed(context, wanted.user), part.name)).reveal(),
        ),
      );
      return new Secret(parts.join(""));
    }
  }
}

export async function readSecret(context: ApplyContext, account: AccountFact, name: string): Promise<Secret> {
  const result = await context.system.runner.probe(asUser(account, revealSecret(name)));
  // Not CommandFailed: its message quotes output, and this output is the secret.
  if (result.exitCode !== 0) throw new Error(`cannot read secret ${name} of ${account.user}`);
  return parseSecretValue(result.stdout);
}

type Generated = Extract<SecretSource, { kind: "generated" }>;

/** Bytes beyond the largest multiple of the alphabet's size are thrown away, so that every letter is equally likely. */
export function randomText(random: Randomness, source: Pick<Generated, "length" | "alphabet">): string {
  const alphabet = source.alphabet === "hex" ? HEX : BASE62;
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < source.length) {
    for (const byte of random.bytes(source.length * 2)) {
      if (byte < limit && text.length < source.length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}
