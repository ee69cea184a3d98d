/** The names in an answer to /v1/models, as every server that speaks OpenAI's language lists them. */
import { isRecord, parseJson } from "./json.ts";

export const MODELS_PATH = "/v1/models";

/** Aliases among them; undefined where the answer is no such list. */
export function servedModels(answer: string): readonly string[] | undefined {
  const list = parseJson(answer);
  if (!isRecord(list) || !Array.isArray(list["data"])) return undefined;
  return list["data"].flatMap((one: unknown) => (isRecord(one) && typeof one["id"] === "string" ? [one["id"]] : []));
}
