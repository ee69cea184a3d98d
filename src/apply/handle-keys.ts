/** Keys at the gateway: made, changed and taken away, each after a look at what is there, which is the way back. */
import { ask, type Gateway, GatewayDown, listKeys } from "../admin/client.ts";
import { changeQuestion, deleteQuestion, makeQuestion, tokenOf } from "../gateway/litellm-admin.ts";
import type { Of } from "../model/change.ts";
import { userError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import { keySecret } from "../model/gateway-key.ts";
import type { FoundKey, WantedKey } from "../model/key-facts.ts";
import { secretKey } from "../model/record-keys.ts";
import type { Secret } from "../model/secret.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { ApplyContext, Handlers } from "./context.ts";
import { readSecret } from "./read-secret.ts";
import { statesOf } from "./unit-states.ts";

export const KEYS: Handlers<"gateway-key" | "remove-gateway-key"> = {
  "gateway-key": setKey,
  "remove-gateway-key": removeKey,
};

/** A program that says it is well may take a moment until it listens again behind podman. */
const LISTENS_MS = 30_000;
const LOOK_MS = 500;

async function setKey(context: ApplyContext, change: Of<"gateway-key">): Promise<void> {
  const { account, maker, key, spent = 0 } = change;
  const gateway = await open(context, change);
  if (gateway === undefined) return;
  const found = await find(context, gateway, key.name);
  if (found?.isOurs === false) {
    throw userError(
      "in-the-way",
      `the gateway has a key ${key.name} that install-quadlets did not make`,
      `choose another name in keys.yaml, or: sudo gateway-manage key revoke ${key.name}`,
    );
  }
  const value = await known(context, account, key.secret);
  const now = context.system.clock.now();
  const back: Of<"gateway-key" | "remove-gateway-key"> =
    found === undefined
      ? { kind: "remove-gateway-key", account, maker, name: key.name }
      : { kind: "gateway-key", account, maker, key: wantedAs(found, key.secret), spent: found.spent };
  await context.journal.record(back);
  if (found?.token === tokenOf(value)) {
    await ask(gateway, changeQuestion(key, found, now));
    return;
  }
  // Another value is another key to the gateway, and a name is one key's only.
  if (found !== undefined) await ask(gateway, deleteQuestion(found.token));
  await ask(gateway, makeQuestion(key, value, found?.spent ?? spent, now));
}

async function removeKey(context: ApplyContext, change: Of<"remove-gateway-key">): Promise<void> {
  const { account, maker, name } = change;
  const gateway = await open(context, change);
  if (gateway === undefined) return;
  const found = await find(context, gateway, name);
  if (found?.isOurs !== true) return;
  const key = wantedAs(found, podmanSecretName(maker.service, keySecret(name)));
  await context.journal.record({ kind: "gateway-key", account, maker, key, spent: found.spent });
  await ask(gateway, deleteQuestion(found.token));
}

function wantedAs({ holder, kind, limits, name = "" }: FoundKey, secret: string): WantedKey {
  return { name, holder, kind, limits, secret };
}

/** Undefined where it is down and that is all right. */
async function open(
  context: ApplyContext,
  { account, maker, ifRuns = false }: Of<"gateway-key" | "remove-gateway-key">,
): Promise<Gateway | undefined> {
  const { unit, port } = maker;
  const states = await statesOf(context.system, account, [unit]);
  if (!states.some(({ active }) => active === "active")) {
    if (ifRuns) return undefined;
    throw userError("not-running", `${unit} does not run, and only it knows of keys`, `svc status ${maker.service}`);
  }
  return { http: context.system.http, port, master: await known(context, account, maker.master) };
}

async function find({ system }: ApplyContext, gateway: Gateway, name: string): Promise<FoundKey | undefined> {
  for (let waited = 0; ; waited += LOOK_MS) {
    try {
      return (await listKeys(gateway)).find((key) => key.name === name);
    } catch (error) {
      if (!(error instanceof GatewayDown) || waited >= LISTENS_MS) throw error;
      await system.clock.sleep(LOOK_MS);
    }
  }
}

/** Podman is asked once for each: it takes longer than the gateway. */
async function known({ system, secrets }: ApplyContext, account: AccountFact, name: string): Promise<Secret> {
  const key = secretKey({ user: account.user, name });
  const value = secrets.get(key) ?? (await readSecret(system, account, name));
  secrets.set(key, value);
  return value;
}
