/** Who of the providers of a name is at work just now: asked at its port, and after what the gateway has measured. */
import { ask, type Gateway } from "../admin/client.ts";
import { ifReadable } from "../facts/if-readable.ts";
import type { Turn } from "../gateway/explain.ts";
import { type DeploymentState, deploymentState } from "../gateway/litellm-answer.ts";

export interface SeenTurn extends Turn {
  /** Undefined for one outside of this host, and for one that is disabled: neither is asked. */
  readonly answers: boolean | undefined;
  /** Undefined where the gateway is not measured. */
  readonly state: DeploymentState | undefined;
}

/** Any answer will do, also that a key is needed. */
const ANSWER_MS = 3_000;

export async function lookAtTurns(gateway: Gateway, turns: readonly Turn[]): Promise<readonly SeenTurn[]> {
  const metrics = (await ifReadable(ask(gateway, { method: "GET", path: "/metrics/" }, ANSWER_MS))) ?? "";
  return Promise.all(
    turns.map(async (turn) => ({
      ...turn,
      answers: turn.isActive ? await answers(gateway, turn.baseUrl) : undefined,
      state: turn.isActive ? deploymentState(metrics, turn.model, turn.baseUrl) : undefined,
    })),
  );
}

async function answers({ http }: Gateway, baseUrl: string | undefined): Promise<boolean | undefined> {
  const [, port, path = ""] = /^http:\/\/127\.0\.0\.1:(\d+)(\/.*)?$/.exec(baseUrl ?? "") ?? [];
  if (port === undefined) return undefined;
  const question = { method: "GET", port: Number(port), path: `${path}/models`, timeoutMs: ANSWER_MS } as const;
  return (await ifReadable(http.ask(question))) !== undefined;
}
