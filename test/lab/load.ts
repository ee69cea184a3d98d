/** Changes what the proxy serves while 32 connections ask it all the time: see load.mjs. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { aged, fetchAuthority, ZONE } from "./certificates.ts";
import { as, restartedBy, secretsOf } from "./services.ts";
import { smallStack } from "./start.ts";
import { client, host, hostScript, lab, putFile, TAILNET_ADDRESS, tryHost } from "./support.ts";

const PROGRAM = readFileSync(new URL("./load.mjs", import.meta.url), "utf8");
const FLOOD = readFileSync(new URL("./flood.mjs", import.meta.url), "utf8");
const STOP = "/tmp/trust/stop";
const STACK = "/etc/install-quadlets/stack.yaml";

/** How often each happens, one after the other. Only a restart may start the proxy anew. */
export interface Stress {
  readonly reloads: number;
  readonly changes: number;
  readonly renewals: number;
  readonly restarts: number;
  /** Of the authority, from publishing the next one to its end. */
  readonly rotations?: number;
  /** What each connection waits after an answer, in milliseconds: 20 keep two processors busy with nothing else. */
  readonly pause: number;
}

export interface Seen {
  readonly failures: readonly string[];
  readonly requests: number;
  readonly streams: number;
  /** Fingerprints of the leaves that were met, and "resumed". */
  readonly leaves: readonly string[];
}

/** Answers in all and in each tenth of the time, and how often what else came. */
export interface Flooded {
  readonly failures: Readonly<Record<string, number>>;
  readonly answers: number;
  readonly parts: readonly number[];
}

/** As many kept connections as a busy site has, each asking as fast as it is answered, for some seconds and so many answers. */
export async function flooded(connections: number, seconds: number, least = 0): Promise<Flooded> {
  await fetchAuthority();
  const place = [`ADDRESS=${TAILNET_ADDRESS}`, `ZONE=${ZONE}`];
  const variables = [...place, `CONNECTIONS=${connections}`, `SECONDS=${seconds}`, `LEAST=${least}`];
  const answer = await lab(["client", "--", "env", ...variables, "node", "--input-type=module", "-"], { input: FLOOD });
  expect(answer.code, answer.err).toBe(0);
  return JSON.parse(answer.out) as Flooded;
}

/** On a host in the state "small". Gives what those who asked have seen. */
export async function underLoad({ reloads, changes, renewals, restarts, rotations = 0, pause }: Stress): Promise<Seen> {
  await fetchAuthority();
  const key = (await secretsOf("vllm-user")).get("vllm-qwen-api-key") ?? "";
  const variables = [`ADDRESS=${TAILNET_ADDRESS}`, `ZONE=${ZONE}`, `KEY=${key}`, `STOP=${STOP}`, `PAUSE=${pause}`];
  await client("rm", "-f", STOP);
  const load = lab(["client", "--", "env", ...variables, "node", "--input-type=module", "-"], { input: PROGRAM });
  try {
    const loop = `unset NGINX; for i in $(seq ${reloads}); do nginx -s reload || exit; sleep 0.1; done`;
    await as("nginx-user", "podman", "exec", "nginx-proxy", "sh", "-c", loop);
    for (let change = 0; change < changes; change++) {
      await putFile(STACK, smallStack({ "nginx-proxy": { settings: { connect_timeout: 11 + (change % 9) } } }));
      expect(await restartedBy("install-quadlets", "--yes")).toEqual([]);
    }
    for (let renewal = 0; renewal < renewals; renewal++) {
      // The timer's own unit finds a leaf that is due.
      await hostScript(aged(20));
      expect(await restartedBy("systemctl", "start", "install-quadlets-renew.service")).toEqual([]);
    }
    for (let rotation = 0; rotation < rotations; rotation++) {
      await host("install-quadlets", "ca", "rotate", "--yes");
      await fetchAuthority();
      await host("install-quadlets", "ca", "rotate", "--finish", "--yes");
    }
    for (let restart = 0; restart < restarts; restart++) await host("svc", "restart", "nginx-proxy");
  } finally {
    await client("touch", STOP);
  }
  const answer = await load;
  expect(answer.code, answer.err).toBe(0);
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  return JSON.parse(answer.out) as Seen;
}
