/** A service that keeps models in a store of its own, which can be asked what it has, to pull one, and to remove one. */
import type { ServiceName, UnitName, UserName } from "./names.ts";

/** As its service file says it: paths of an interface that answers as Ollama's does. */
export interface ModelStore {
  /** The container that keeps it. */
  readonly container: string;
  /** GET: {"models": [{"name": "bge-m3:latest", "size": 1}]} */
  readonly list: string;
  /** POST {"model": NAME}: lines {"status", "digest", "total", "completed"}, or {"error"}. */
  readonly pull: string;
  /** DELETE {"model": NAME} */
  readonly remove: string;
}

/** Where it is asked. */
export interface StoreDoor extends Omit<ModelStore, "container"> {
  readonly service: ServiceName;
  readonly unit: UnitName;
  /** At the loopback address. */
  readonly port: number;
}

export interface DesiredStore extends StoreDoor {
  readonly user: UserName;
  /** What the site declares of it. */
  readonly models: readonly string[];
  /** Services that lead requests to it: they hear of a model once it is there. */
  readonly routers: readonly ServiceName[];
}

/** For whoever removes one afterwards. */
export interface IndexedStore extends Omit<ModelStore, "container"> {
  readonly port: number;
  readonly models: readonly string[];
}

export interface StoredModel {
  readonly name: string;
  readonly bytes: number;
}

export type StoreFact =
  | { readonly kind: "known"; readonly models: readonly string[] }
  /** It runs, and does not say. */
  | { readonly kind: "unknown"; readonly why: string }
  | { readonly kind: "down" };

/** A name without a tag stands for the one with this. */
export function isSameModel(one: string, other: string): boolean {
  return withTag(one) === withTag(other);
}

export function hasModel(names: readonly string[], model: string): boolean {
  return names.some((name) => isSameModel(name, model));
}

function withTag(name: string): string {
  return /:[^/]*$/.test(name) ? name : `${name}:latest`;
}
