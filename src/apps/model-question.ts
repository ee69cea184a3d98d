/** How a model is asked: through the proxy by its public name or directly at its port. */
import type { HttpQuestion } from "../model/http.ts";
import type { IndexedProbe } from "../model/probe.ts";

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
