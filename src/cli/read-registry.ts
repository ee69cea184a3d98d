/** The registry of the site, for commands that go on without one. */
import { resolveStack } from "../config/resolve.ts";
import { UserError } from "../model/diagnostic.ts";
import type { Registry } from "../model/registry.ts";
import { complain } from "./output.ts";
import { readSources } from "./package.ts";

/** As it is written now; what is wrong with it keeps nobody from asking the gateway, which runs with what it was. */
export function readRegistry(): Registry | undefined {
  try {
    return resolveStack(readSources(undefined)).registry;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    complain("the route is not known: install-quadlets check says what is wrong with the configuration");
    return undefined;
  }
}
