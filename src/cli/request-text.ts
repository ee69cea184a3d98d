/** Requests of the gateway's log as lines, and as JSON: who asked for what, who answered, how long it took, what it cost. */
import type { LoggedRequest } from "../gateway/litellm-requests.ts";
import { grouped } from "../model/gateway-key.ts";
import { visible } from "../model/visible.ts";
import { durationText } from "./duration.ts";

export const REQUEST_HEAD = [
  "TIME (UTC)",
  "KEY",
  "MODEL",
  "STATUS",
  "FIRST TOKEN",
  "TOOK",
  "IN",
  "OUT",
  "COUNTED AS",
  "ANSWERED BY",
] as const;

/** `key`: what the key is called. */
export function requestCells(row: LoggedRequest, key: string): readonly string[] {
  return [
    new Date(row.ended).toISOString().slice(11, 19),
    oneWord(key),
    oneWord(row.model),
    row.failure === undefined ? "ok" : oneWord(row.failure),
    row.firstToken === undefined ? "-" : durationText(row.firstToken),
    durationText(row.ended - row.began),
    grouped(row.input),
    grouped(row.output),
    `$${row.dollars.toFixed(4)}`,
    row.answeredBy === undefined ? "-" : oneWord(row.answeredBy),
  ];
}

export function requestJson(row: LoggedRequest, key: string): object {
  const { id, began, ended, firstToken, model, answeredBy, failure, input, output, dollars } = row;
  return {
    id,
    began: new Date(began).toISOString(),
    ended: new Date(ended).toISOString(),
    key,
    model,
    answeredBy: answeredBy ?? null,
    failure: failure ?? null,
    firstTokenMilliseconds: firstToken ?? null,
    milliseconds: ended - began,
    input,
    output,
    dollars,
  };
}

/** A name from elsewhere stays on its line. */
export function oneWord(text: string): string {
  return visible(text.replace(/\s+/g, " "));
}
