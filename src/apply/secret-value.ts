/** Values of secrets: fresh random text, what the site gave, a copy, or a composition. They exist in memory only on their way to podman. */
import { asUser } from "../commands/accounts.ts";
import { createSecret } from "../commands/podman.ts";
import type { Of } from "../model/change.ts";
import { userError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import { asideFor } from "../model/keeping.ts";
import { secretKey } from "../model/record-keys.ts";
import type { DesiredSecret, SecretSource } from "../model/resource.ts";
import { Secret } from "../model/secret.ts";
import { dropSecret, keepSecret, keptSecret, waitingValues } from "../record/kept-secrets.ts";
import type { Randomness } from "../system/interfaces.ts";
import type { ApplyContext } from "./context.ts";
import { readSecret } from "./read-secret.ts";
import { putAside, rotationOf, tellHolder } from "./rotate-secret.ts";

const HEX = "0123456789abcdef";
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export async function storeSecret(context: ApplyContext, change: Of<"secret">): Promise<void> {
  const { secret, account, rotate } = change;
  const { user, name } = secret;
  const former = await putAside(context, change);
  const value = rotate ? await nextValue(context, secret, former) : await secretValue(context, change, former);
  if (rotate) await tellHolder(context.system, account, rotationOf(secret), value, former);
  if (change.fromSite) await leaveGiven(context, change);
  await context.system.runner.run(asUser(account, createSecret(name, value.reveal())));
  context.secrets.set(secretKey(secret), value);
  await context.applied.secretDone(secretKey(secret));
  await dropSecret(context.vault, user, name, "next");
  if (!change.fromSite) await leaveAside(context, change);
}

/**
 * A value that was put aside when its service went is the way back from that, which a later run must not break: what takes
 * this one back leaves the value aside that opens the data then, which may be another one.
 */
async function leaveAside({ vault, journal }: ApplyContext, { secret, account, former }: Of<"secret">): Promise<void> {
  const { user, name, source } = secret;
  if (former !== undefined || (await keptSecret(vault, user, name)) === undefined) return;
  await journal.record({ kind: "remove-secret", account, name, keep: "kept" });
  // It follows from others: nobody reads it from there.
  if (source.kind !== "generated") await dropSecret(vault, user, name, "kept");
}

/** The same of what only the site knows: the very value of then, where it lay then. Before podman has it: a run may be cut off. */
async function leaveGiven({ vault, journal }: ApplyContext, { secret, account, former }: Of<"secret">): Promise<void> {
  if (former !== undefined) return;
  const { user, name, source } = secret;
  const lying = await waitingValues(vault, secret);
  // What is given in this run waited nowhere before it.
  const keep = source.kind === "supplied" && lying[0]?.from === "given" ? "given" : "no";
  const before = lying.find(({ from }) => from === "kept")?.value;
  const kept = asideFor(journal.run, "kept");
  if (before !== undefined) await keepSecret(vault, user, name, before, kept);
  else if (keep === "no") return;
  await journal.record({ kind: "remove-secret", account, name, keep, ...(before === undefined ? {} : { kept }) });
  if (source.kind !== "supplied") await dropSecret(vault, user, name, "kept");
}

async function secretValue(context: ApplyContext, change: Of<"secret">, former: Secret | undefined): Promise<Secret> {
  const { secret: wanted, account } = change;
  const { source } = wanted;
  switch (source.kind) {
    case "generated":
      return new Secret((await keptSecret(context.vault, wanted.user, wanted.name)) ?? fresh(context, source));
    case "supplied":
      return givenValue((await waitingValues(context.vault, wanted))[0]?.value, wanted, former);
    case "copy":
      return knownSecret(context, change.source ?? account, source.name);
    case "composed": {
      const parts = await Promise.all(
        source.parts.map(async (part) =>
          part.kind === "text" ? part.text : (await knownSecret(context, account, part.name)).reveal(),
        ),
      );
      return new Secret(parts.join(""));
    }
  }
}

async function knownSecret(context: ApplyContext, account: AccountFact, name: string): Promise<Secret> {
  const known = context.secrets.get(secretKey({ user: account.user, name }));
  return known ?? readSecret(context.system, account, name);
}

/** On disk before a database is told, so that a run that is cut off in between can be continued with it. */
async function nextValue(context: ApplyContext, wanted: DesiredSecret, former: Secret | undefined): Promise<Secret> {
  const { user, name, source } = wanted;
  if (source.kind === "supplied")
    return givenValue(await keptSecret(context.vault, user, name, "next"), wanted, former);
  if (source.kind !== "generated") throw new Error(`${name} is made from others: it follows them`);
  const begun = await keptSecret(context.vault, user, name, "next");
  if (begun !== undefined) return new Secret(begun);
  const value = fresh(context, source);
  await keepSecret(context.vault, user, name, value, "next");
  return new Secret(value);
}

/** `secrets set` has put it there; a run that was cut off may have handed it on already. */
function givenValue(given: string | undefined, { user, name }: DesiredSecret, former: Secret | undefined): Secret {
  if (given !== undefined) return new Secret(given);
  if (former !== undefined) return former;
  throw userError(
    "secret-missing",
    `secret ${name} of ${user} has no value`,
    `sudo install-quadlets secrets set ${name}`,
  );
}

function fresh(context: ApplyContext, source: Generated): string {
  return source.prefix + randomText(context.system.random, source);
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
