/** Asks a store of models what it has, and tells it to pull or to remove one: the interface that Ollama has, at paths that a service file says. */
import { type UserError, userError } from "../model/diagnostic.ts";
import { isGood } from "../model/http.ts";
import { isRecord, parseJson } from "../model/json.ts";
import type { StoredModel } from "../model/model-store.ts";
import { firstLine, reasonIn } from "../model/refusal-text.ts";
import { Secret } from "../model/secret.ts";
import type { Http } from "../system/interfaces.ts";

export interface Store {
  readonly service: string;
  readonly port: number;
  readonly list: string;
  readonly pull: string;
  readonly remove: string;
}

/** So far, and of how many; undefined until it says. */
type OnBytes = (bytes: number, whole: number | undefined) => void;

const ANSWER_MS = 20_000;
/** It says several times a second how far it is, but for the time in which it checks what it got: a minute for each ten gigabytes or so. */
const SILENCE_MS = 10 * 60_000;

/** Undefined where nobody listens. */
export async function listModels(http: Http, store: Store): Promise<readonly StoredModel[] | undefined> {
  const { service, port, list } = store;
  const answer = await http.ask({ method: "GET", port, path: list, timeoutMs: ANSWER_MS });
  if (answer === undefined) return undefined;
  const value = parseJson(answer.body);
  const rows = isGood(answer) && isRecord(value) ? value["models"] : undefined;
  if (Array.isArray(rows)) return rows.flatMap(storedModel);
  throw userError("bad-answer", `${service} answers ${answer.status} to ${list}: ${reasonIn(answer.body)}`);
}

export async function pullModel(http: Http, store: Store, model: string, onBytes: OnBytes): Promise<void> {
  const { port, pull } = store;
  const parts = new Map<string, { readonly completed: number; readonly total: number }>();
  let failed: string | undefined;
  const hear = (line: string): void => {
    const told = parseJson(line);
    if (!isRecord(told)) return;
    if (typeof told["error"] === "string") failed = told["error"];
    const { digest, completed = 0, total } = told;
    if (typeof digest !== "string" || typeof completed !== "number" || typeof total !== "number") return;
    parts.set(digest, { completed, total });
    onBytes(sumOf(parts, "completed"), sumOf(parts, "total"));
  };
  const body = new Secret(JSON.stringify({ model, stream: true }));
  const answer = await http.ask({ method: "POST", port, path: pull, body, timeoutMs: SILENCE_MS }, hear);
  if (answer === undefined) throw unanswered(store);
  if (!isGood(answer)) failed ??= reasonIn(answer.body);
  if (failed !== undefined) throw refusal(store, model, failed);
}

export async function removeModel(http: Http, store: Store, model: string): Promise<void> {
  const { service, port, remove } = store;
  const body = new Secret(JSON.stringify({ model }));
  const answer = await http.ask({ method: "DELETE", port, path: remove, body, timeoutMs: ANSWER_MS });
  if (answer === undefined) throw unanswered(store);
  if (isGood(answer)) return;
  throw userError("bad-answer", `${service} does not remove ${model}: ${reasonIn(answer.body)}`);
}

export function unanswered({ service, port }: Pick<Store, "service" | "port">): UserError {
  return userError("no-answer", `nobody answers at 127.0.0.1:${port}`, `svc status ${service}`);
}

/** What a person can do, by the words of Ollama's server and of Go's network library. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/file does not exist|not found|invalid model name/i, "correct its name where it is declared, or take it out there"],
  [/no space left|disk quota/i, "df -h; sudo gateway-manage models shows what could go"],
  [
    /no such host|dial tcp|timeout|connection (refused|reset)|unreachable|EOF|TLS|stalled/i,
    "look at this host's way out",
  ],
];

function refusal({ service }: Store, model: string, words: string): UserError {
  const hint = HINTS.find(([pattern]) => pattern.test(words))?.[1] ?? `svc logs ${service}`;
  return userError("pull-failed", `${service} could not pull ${model}: ${firstLine(words)}`, hint);
}

function storedModel(row: unknown): readonly StoredModel[] {
  if (!isRecord(row) || typeof row["name"] !== "string") return [];
  const { name, size } = row;
  return [{ name, bytes: typeof size === "number" ? size : 0 }];
}

function sumOf(
  parts: ReadonlyMap<string, { readonly completed: number; readonly total: number }>,
  what: "completed" | "total",
): number {
  return [...parts.values()].reduce((sum, part) => sum + part[what], 0);
}
