/** `gateway-manage key list | show`: keys as the gateway has them, and the value of one. */
import { listKeys } from "../admin/client.ts";
import { readSecret } from "../apps/enter.ts";
import { findKey } from "../apps/find-key.ts";
import { leftOf, openGateway, stateOf } from "../apps/gateway.ts";
import { grouped, keySecret, limitsText } from "../model/gateway-key.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { FoundKey } from "../model/key-facts.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import { visible } from "../model/visible.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";

export async function listAll(service: IndexedService, options: { readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const keys = await listKeys(await openGateway(system, service));
  const now = system.clock.now();
  const sorted = keys.toSorted((a, b) => titleOf(a).localeCompare(titleOf(b)));
  if (options.json === true) return printJson({ version: 1, keys: sorted.map((key) => asJson(key, now)) });
  if (sorted.length === 0) return print("the gateway has no keys: gateway-manage key create NAME");
  const rows = sorted.map((key) => [
    titleOf(key),
    visible(key.holder ?? "-"),
    wordOf(key, now),
    usedText(key),
    visible(limitsText(key.limits)),
  ]);
  print(table([["KEY", "FOR", "STATE", "USED", "MAY"], ...rows]));
}

export async function showKey(
  service: IndexedService,
  name: string,
  options: { readonly reveal?: boolean; readonly json?: boolean },
): Promise<void> {
  const system = makeSystem();
  if (options.reveal === true) {
    // For a pipe as well: nothing but the value.
    return print((await readSecret(system, service, podmanSecretName(service.name, keySecret(name)))).reveal());
  }
  const key = findKey(await listKeys(await openGateway(system, service)), name);
  const now = system.clock.now();
  if (options.json === true) return printJson({ version: 1, ...asJson(key, now) });
  const lines = [
    ["for", visible(key.holder ?? "-")],
    ["kind", key.kind],
    ["state", wordOf(key, now)],
    ["may", visible(limitsText(key.limits))],
    ["used", usedText(key)],
    ["begins anew", key.resets ?? "-"],
  ];
  print(table(lines));
}

function titleOf({ name, token }: FoundKey): string {
  return visible(name ?? `${token.slice(0, 12)}...`);
}

const WORDS = { works: "works", blocked: "blocked", expired: "expired", spent: "used up" } as const;

function wordOf(key: FoundKey, now: Date): string {
  const word = WORDS[stateOf(key, now)];
  return key.isOurs ? word : `${word}, not declared`;
}

/** "1,200 of 200,000 tokens"; without an allowance what it has used is not known as tokens. */
function usedText(key: FoundKey): string {
  const left = leftOf(key);
  if (left === undefined) return "-";
  if (left.unit === "tokens") return `${grouped(left.used)} of ${grouped(left.limit)} tokens`;
  return `$${left.used.toFixed(2)} of $${left.limit.toFixed(2)}`;
}

function asJson(key: FoundKey, now: Date): object {
  const { name, token, holder, kind, isOurs, limits, resets } = key;
  const left = leftOf(key);
  return {
    name: name ?? null,
    token,
    for: holder ?? null,
    kind,
    declared: isOurs,
    state: stateOf(key, now),
    limits: { ...limits, expires: limits.expires ?? null },
    allowance:
      left === undefined ? null : { ...left, left: Math.max(0, left.limit - left.used), resets: resets ?? null },
  };
}
