/** Changes what the gateway reads while 16 connections have streams from it: see streams.mjs. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { parse, stringify } from "yaml";
import { fetchAuthority, ZONE } from "./certificates.ts";
import { client, host, lab, putFile, TAILNET_ADDRESS, tryHost } from "./support.ts";

const PROGRAM = readFileSync(new URL("./streams.mjs", import.meta.url), "utf8");
const STOP = "/tmp/trust/stop-streams";
const UNIT = "gateway-litellm.service";

export interface Streamed {
  readonly streams: number;
  readonly longest: number;
  readonly failures: readonly string[];
}

/** Since when the container of the gateway runs, by systemd's clock. */
export async function gatewaySince(): Promise<string> {
  const user = ["systemctl", "--user", "--machine=gateway-user@.host", "show", "--property=ActiveEnterTimestamp"];
  return (await host(...user, "--value", UNIT)).trim();
}

interface Mappings {
  readonly routing: object;
  readonly models: Readonly<Record<string, { readonly to: readonly object[]; readonly aliases?: readonly string[] }>>;
}

/** Changes of these mappings, one after the other of another kind: how often, how long, an alias, one more model, a chain to it. */
export function changesOf(text: string, model: string): (change: number) => string {
  const mappings = parse(text) as Mappings;
  const { routing, models } = mappings;
  const own = models[model];
  if (own === undefined) throw new Error(`no model ${model} in ${text}`);
  const more = { "one-more": { to: own.to.map((to) => ({ model, ...to })) } };
  const kinds: readonly Mappings[] = [
    { routing: { ...routing, cooldown: 4 }, models },
    { routing: { ...routing, timeout: 1800 }, models },
    { routing, models: { ...models, [model]: { ...own, aliases: ["by-another-name"] } } },
    { routing, models: { ...models, ...more } },
    { routing, models: { ...models, ...more, [model]: { ...own, fallbacks: ["one-more"] } } },
  ] as const;
  return (change) => stringify(kinds[change % kinds.length]);
}

/** `mappings` gives the file for each change; asked for `model` with `key`. Gives what those who asked have seen. */
export async function underStreams(
  changes: number,
  mappings: (change: number) => string,
  { key, model }: { readonly key: string; readonly model: string },
): Promise<Streamed> {
  await fetchAuthority();
  const place = [`ADDRESS=${TAILNET_ADDRESS}`, `ZONE=${ZONE}`];
  const variables = [...place, `KEY=${key}`, `MODEL=${model}`, `STOP=${STOP}`];
  await client("rm", "-f", STOP);
  const asking = lab(["client", "--", "env", ...variables, "node", "--input-type=module", "-"], { input: PROGRAM });
  try {
    for (let change = 0; change < changes; change++) {
      const before = await gatewaySince();
      await putFile("/etc/install-quadlets/model-mappings.yaml", mappings(change));
      const run = await tryHost("install-quadlets", "--yes");
      expect(run.code, run.out + run.err).toBe(0);
      expect(run.out).toContain("replace gateway-litellm side by side");
      expect(await gatewaySince(), "it was not replaced").not.toBe(before);
    }
  } finally {
    await client("touch", STOP);
  }
  const answer = await asking;
  expect(answer.code, answer.err).toBe(0);
  return JSON.parse(answer.out) as Streamed;
}
