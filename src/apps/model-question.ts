/** How a model is asked: through the proxy by its public name or directly at its port, and what its refusal says. */
import type { HttpQuestion } from "../model/http.ts";
import { isRecord, parseJson } from "../model/json.ts";
import type { IndexedProbe } from "../model/probe.ts";
import { visible } from "../model/visible.ts";

export type Way = "proxy" | "direct";

export interface Door {
  /** Where the proxy listens. */
  readonly address: string;
  /** The authority's certificate; undefined where the system's own are trusted. */
  readonly trust: string | undefined;
}

const HTTPS_PORT = 443;

export function whereOf(way: Way, { name, port }: Pick<IndexedProbe, "name" | "port">): string {
  return way === "proxy" && name !== undefined ? `https://${name}` : `http://127.0.0.1:${port}`;
}

/** What is still to be said of it: the key and the body. Without a public name the only way is the direct one. */
export function questionTo(
  way: Way,
  { name, port, path }: Pick<IndexedProbe, "name" | "port" | "path">,
  { address, trust }: Door,
  timeoutMs: number,
): Omit<HttpQuestion, "bearer" | "body"> {
  const common = { method: "POST", path, timeoutMs } as const;
  if (way === "direct" || name === undefined) return { ...common, port };
  return { ...common, port: HTTPS_PORT, by: { name, address, trust } };
}

/** In the forms of OpenAI, of Ollama and of our proxy; otherwise the first line. */
export function reasonIn(body: string): string {
  const answer = parseJson(body);
  const error = isRecord(answer) ? (answer["error"] ?? answer["message"]) : undefined;
  const text = isRecord(error) ? error["message"] : error;
  const [line = ""] = visible(typeof text === "string" ? text : body)
    .trim()
    .split("\n");
  return line.slice(0, 300) || "no reason given";
}
