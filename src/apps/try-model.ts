/** One short question to a model through the gateway: does the way to it work, who answers, and how long does it take? */
import type { Gateway } from "../admin/client.ts";
import { type Answerer, answererIn } from "../gateway/litellm-answer.ts";
import { userError } from "../model/diagnostic.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { reasonIn } from "../model/refusal-text.ts";
import { Secret } from "../model/secret.ts";
import { visible } from "../model/visible.ts";
import type { HttpStreams } from "../system/interfaces.ts";
import { Reading } from "./bench-stats.ts";

export interface Answered {
  /** What the answer says who answered: another one where the model asked for failed. */
  readonly model: string | undefined;
  readonly answerer: Answerer;
  readonly text: string;
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly firstToken: number | undefined;
  readonly milliseconds: number;
}

/** Long enough for a model that has to be loaded first. */
const ANSWER_MS = 300_000;
const MOST_TOKENS = 256;

/** `hint`: what to do where there is no answer. */
export async function tryModel(
  { port, master }: Gateway,
  streams: HttpStreams,
  { model, prompt, hint }: { readonly model: string; readonly prompt: string; readonly hint: string },
): Promise<Answered> {
  const asked = {
    model,
    messages: [{ role: "user", content: prompt }],
    max_tokens: MOST_TOKENS,
    stream: true,
    stream_options: { include_usage: true },
  };
  const body = new Secret(JSON.stringify(asked));
  const question = { method: "POST", port, path: "/v1/chat/completions", bearer: master, body } as const;
  const reading = new Reading();
  const words = new Words();
  const end = await streams.stream({ ...question, timeoutMs: ANSWER_MS }, (data, at) => {
    reading.take(data, at);
    words.take(data);
  });
  if (end === undefined) throw userError("no-answer", `nobody answers at 127.0.0.1:${port}`, hint);
  const { status, headers = {}, milliseconds } = end;
  if (status !== 200)
    throw userError("bad-answer", `the gateway answers ${status}: ${shown(reasonIn(end.body))}`, hint);
  const { error, isChat, ...answer } = words.end();
  if (error !== undefined)
    throw userError("bad-answer", `the answer of ${visible(model)} broke off: ${shown(error)}`, hint);
  if (!isChat) throw userError("bad-answer", `the answer of ${visible(model)} is no answer to a chat`, hint);
  return { ...answer, answerer: answererIn(headers), firstToken: reading.end().firstToken, milliseconds };
}

/** A key in it is left out. */
function shown(reason: string): string {
  return visible(reason.slice(0, 300)).replace(/sk-[A-Za-z0-9_-]{4,}/g, "sk-...");
}

/** What the events of a streamed answer say, besides when they came. */
class Words {
  #model: string | undefined;
  #text = "";
  #input: number | undefined;
  #output: number | undefined;
  #error: string | undefined;
  #isChat = false;

  take(data: string): void {
    const event = parseJson(data);
    if (!isRecord(event)) return;
    const error = event["error"] ?? undefined;
    if (error !== undefined) this.#error = isRecord(error) ? String(error["message"]) : String(error);
    if (typeof event["model"] === "string") this.#model ??= event["model"];
    const used = isRecord(event["usage"]) ? event["usage"] : {};
    const count = (name: string) => (typeof used[name] === "number" ? used[name] : undefined);
    this.#input = count("prompt_tokens") ?? this.#input;
    this.#output = count("completion_tokens") ?? this.#output;
    const choice: unknown = Array.isArray(event["choices"]) ? event["choices"][0] : undefined;
    const delta = isRecord(choice) ? choice["delta"] : undefined;
    if (isRecord(delta)) this.#isChat = true;
    if (isRecord(delta) && typeof delta["content"] === "string") this.#text += delta["content"];
  }

  end() {
    const [error, isChat] = [this.#error, this.#isChat];
    return { error, isChat, model: this.#model, text: this.#text, input: this.#input, output: this.#output };
  }
}
