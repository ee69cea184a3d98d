/** What a service that routes to models says of itself: who gets keys, where it makes some, how models are asked, where answers are kept; and who asks it. */
import type { ServiceName } from "./names.ts";
import type { Probe } from "./probe.ts";

export interface ModelRouter {
  /** The container that finds the keys of providers in its environment. */
  readonly container: string;
  /** Where it makes keys for people, for whoever shows this secret; undefined where it makes none. */
  readonly keys: { readonly port: string; readonly secret: string } | undefined;
  /** Asked of each model that only services of this stack answer for; whoever asks shows the secret above. */
  readonly probe: Probe | undefined;
  /** Where it keeps answers; undefined where it keeps none. */
  readonly cache: AnswerCache | undefined;
  /** The container that keeps its keys, and what was used; undefined where none of its containers does. */
  readonly database: string | undefined;
}

interface AnswerCache {
  /** A Redis; it may be left out, by the setting below. */
  readonly container: string;
  /** What the names of all answers in it begin with. */
  readonly prefix: string;
  /** So many hexadecimal digits follow, and nothing else; undefined where anything does. */
  readonly digits: number | undefined;
  /** What switches it on; undefined where it is always there. */
  readonly setting: string | undefined;
}

/** Whom a service asks for models. */
export interface ModelAsker {
  readonly service: ServiceName;
  readonly port: string;
  /** The container that asks. */
  readonly container: string;
  /** What it would show to the service that its file names. */
  readonly secret: string;
  /** Set where it asks a service that routes, with a key of its own; then in which header it says who asks. */
  readonly userHeader: string | undefined;
}
