/** Resolves a configuration and says whether it is sound. */
import { resolveStack } from "../config/resolve.ts";
import { print } from "./output.ts";
import { readSources } from "./package.ts";

export function check(file: string | undefined): void {
  const stack = resolveStack(readSources(file));
  print(`${stack.services.length} services, no faults: ${stack.services.map((service) => service.name).join(", ")}`);
}
