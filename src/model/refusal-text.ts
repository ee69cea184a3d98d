/** Why somebody who was asked over HTTP refuses, in one line that is safe to show. */
import { isRecord, parseJson } from "./json.ts";
import { visible } from "./visible.ts";

const MOST = 300;

/** {"error": "..."} or {"error": {"message": "..."}}, under the first of the keys that is there; otherwise the first line. */
export function reasonIn(body: string, keys: readonly string[] = ["error", "message"]): string {
  const answer = parseJson(body);
  const found = isRecord(answer)
    ? keys.map((key) => answer[key]).find((value) => value !== undefined && value !== null)
    : undefined;
  const text = isRecord(found) ? found["message"] : found;
  return firstLine(typeof text === "string" ? text : body) || "no reason given";
}

export function firstLine(text: string): string {
  return (visible(text).trim().split("\n")[0] ?? "").slice(0, MOST);
}
