/** What a check sees of a registry and its surroundings, and what it says. */
import type { Registry } from "../../model/registry.ts";
import type { Service } from "../../model/service.ts";

export interface Given {
  readonly registry: Registry;
  readonly services: readonly Service[];
  /** The zone of the stack. */
  readonly domain: string;
  /** The service that routes; without one the files are checked as far as they go by themselves. */
  readonly router: Service | undefined;
  /** Providers and mappings that could not be read: whatever refers to them is not reported on top. */
  readonly broken: ReadonlySet<string>;
}

export interface Fault {
  /** Where it is written: a path in providers.yaml, model-mappings.yaml or keys.yaml. */
  readonly in: "providers" | "mappings" | "keys";
  readonly path: readonly (string | number)[];
  /** The key at the end of the path is meant, and not its value. */
  readonly isKey?: boolean;
  readonly message: string;
  readonly hint: string;
}

/** One thing that must hold; it gives every place where it does not. */
export type Check = (given: Given) => readonly Fault[];

export function atMapping(name: string, ...rest: readonly (string | number)[]): Pick<Fault, "in" | "path"> {
  return { in: "mappings", path: ["models", name, ...rest] };
}

export function atProvider(name: string, ...rest: readonly (string | number)[]): Pick<Fault, "in" | "path"> {
  return { in: "providers", path: ["providers", name, ...rest] };
}

export function atKey(name: string, ...rest: readonly (string | number)[]): Pick<Fault, "in" | "path"> {
  return { in: "keys", path: ["keys", name, ...rest] };
}
