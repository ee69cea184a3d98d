/** Questions to models through the gateway, measured: at its own port, as whoever administers it, and of no other model. */
import type { Gateway } from "../admin/client.ts";
import { Secret } from "../model/secret.ts";
import type { HttpStreams } from "../system/interfaces.ts";
import { streamSample, type TimedSample } from "./stream-sample.ts";

/** Long enough for a model that has to be loaded first. */
const ANSWER_MS = 300_000;

export interface Asked {
  readonly model: string;
  readonly content: string;
  /** Of the answer, at most. */
  readonly tokens: number;
}

/** Nobody steps in for it: a fallback would be measured in its name (`disable_fallbacks`: docs/proxy/reliability.md). */
export function sampleOf({ port, master }: Gateway, streams: HttpStreams, asked: Asked): Promise<TimedSample> {
  const body = {
    model: asked.model,
    messages: [{ role: "user", content: asked.content }],
    max_tokens: asked.tokens,
    stream: true,
    stream_options: { include_usage: true },
    disable_fallbacks: true,
  };
  return streamSample(streams, {
    method: "POST",
    port,
    path: "/v1/chat/completions",
    bearer: master,
    body: new Secret(JSON.stringify(body)),
    timeoutMs: ANSWER_MS,
  });
}
