/** One short question to a model through the gateway: does the way to it work, who answers, and how long does it take? */
import { ask, type Gateway } from "../admin/client.ts";
import { userError } from "../model/diagnostic.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { Secret } from "../model/secret.ts";
import type { Clock } from "../system/interfaces.ts";

export interface Answered {
  /** What the gateway says who answered: another one where the model asked for failed. */
  readonly model: string | undefined;
  readonly text: string;
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly milliseconds: number;
}

/** Long enough for a model that has to be loaded first. */
const ANSWER_MS = 300_000;
const MOST_TOKENS = 256;

export async function tryModel(gateway: Gateway, clock: Clock, model: string, prompt: string): Promise<Answered> {
  const asked = { model, messages: [{ role: "user", content: prompt }], max_tokens: MOST_TOKENS, stream: false };
  const began = clock.now().getTime();
  const question = { method: "POST", path: "/v1/chat/completions", body: new Secret(JSON.stringify(asked)) } as const;
  const answer = parseJson(await ask(gateway, question, ANSWER_MS));
  const milliseconds = clock.now().getTime() - began;
  const choice: unknown = isRecord(answer) && Array.isArray(answer["choices"]) ? answer["choices"][0] : undefined;
  const message = isRecord(choice) ? choice["message"] : undefined;
  if (!isRecord(answer) || !isRecord(message))
    throw userError("bad-answer", `the answer of ${model} is no answer to a chat`);
  const used = isRecord(answer["usage"]) ? answer["usage"] : {};
  const count = (name: string) => (typeof used[name] === "number" ? used[name] : undefined);
  return {
    model: typeof answer["model"] === "string" ? answer["model"] : undefined,
    text: typeof message["content"] === "string" ? message["content"] : "",
    input: count("prompt_tokens"),
    output: count("completion_tokens"),
    milliseconds,
  };
}
