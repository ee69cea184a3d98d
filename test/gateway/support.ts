/** Sites with a gateway: the shipped configuration, a stack file on top, and the two files about models. */
import { readBuiltIn } from "../../src/cli/package.ts";
import type { SourceFile, Sources } from "../../src/config/load.ts";
import { resolveStack } from "../../src/config/resolve.ts";
import { ConfigError } from "../../src/model/diagnostic.ts";
import type { Stack } from "../../src/model/service.ts";

export interface Texts {
  readonly stack?: string;
  readonly services?: Readonly<Record<string, string>>;
  readonly providers?: string;
  readonly mappings?: string;
  readonly keys?: string;
}

const builtIn = readBuiltIn();

export function sourcesOf({
  stack = "services: { gateway: {} }",
  services = {},
  providers,
  mappings,
  keys,
}: Texts): Sources {
  const own = Object.entries(services).map(([name, text]) => ({ file: `services/${name}.yaml`, text }));
  const file = (name: string, text: string | undefined): SourceFile | undefined =>
    text === undefined ? undefined : { file: name, text };
  const registry = {
    providers: file("providers.yaml", providers),
    mappings: file("model-mappings.yaml", mappings),
    keys: file("keys.yaml", keys),
  };
  return {
    stack: [...builtIn.stack, { file: "stack.yaml", text: stack }],
    services: [...builtIn.services, ...own],
    registry: Object.fromEntries(Object.entries(registry).filter(([, source]) => source !== undefined)),
  };
}

export function resolve(texts: Texts): Stack {
  return resolveStack(sourcesOf(texts));
}

/** What is said about it; empty where nothing is. */
export function faultsOf(texts: Texts): string {
  try {
    resolve(texts);
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return `${error.message}\n`;
    throw error;
  }
}
