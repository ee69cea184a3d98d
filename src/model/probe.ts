/** One short question to a model, and what its answer must hold: how a run, and whoever changes a model, know that it serves. */

/** As a service file says it, for every model that the service serves or leads to. */
export interface Probe {
  readonly path: string;
  /** Sent as JSON, with the name of the model in it as `model`. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Where in the answer it is: keys with dots between. */
  readonly find: string;
  /** What that is, in words: "a token". */
  readonly wanted: string;
  /** What to do where it is not; `$<model>` stands for the name. */
  readonly hint: string | undefined;
  /** It is a person's to bring: said, and no failure. */
  readonly byHand: boolean;
}

/** One question, with all that asking it takes. */
export interface IndexedProbe extends Omit<Probe, "body" | "hint" | "byHand"> {
  readonly model: string;
  /** The name that clients use, and the proxy answers to; absent where the service has none for that port. */
  readonly name?: string;
  /** At the loopback address. */
  readonly port: number;
  /** Podman's name of the secret that callers show. */
  readonly secret?: string;
  /** JSON. */
  readonly body: string;
  readonly hint?: string;
  readonly byHand?: boolean;
  /** Services that must be awake for it, besides its own. */
  readonly needs?: readonly string[];
}

/** Is there anything at that place of an answer? Nothing, 0, "" and an empty list are nothing. */
export function isFound(answer: unknown, find: string): boolean {
  const value = valueAt(answer, find);
  return typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}

/** `find`: keys with dots between. */
export function valueAt(answer: unknown, find: string): unknown {
  return find.split(".").reduce<unknown>((at, key) => {
    if (typeof at !== "object" || at === null) return undefined;
    return Object.hasOwn(at, key) ? (at as Readonly<Record<string, unknown>>)[key] : undefined;
  }, answer);
}
