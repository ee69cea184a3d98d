/** What one account says of itself: it may be broken or hostile, and then only that is known of it. */
import { UserError, userError } from "../model/diagnostic.ts";
import type { AccountFact, StateFacts } from "../model/facts.ts";
import type { UserName } from "../model/names.ts";
import type { System } from "../system/interfaces.ts";
import { gatherContainers, gatherImages } from "./images.ts";
import { gatherStoredSecrets } from "./secrets.ts";
import { gatherUserUnits } from "./units.ts";

type PerUser<Key extends "units" | "secrets" | "images" | "containers"> =
  StateFacts[Key] extends ReadonlyMap<UserName, infer Fact> ? Fact : never;

export interface AccountState {
  readonly user: UserName;
  /** Why it could not be looked at; everything else is empty then. */
  readonly problem: string | undefined;
  readonly units: PerUser<"units">;
  readonly secrets: PerUser<"secrets">;
  /** By name. */
  readonly secretIds: ReadonlyMap<string, string>;
  readonly images: PerUser<"images">;
  readonly containers: PerUser<"containers">;
}

export async function gatherAccountState(
  system: System,
  account: AccountFact,
  wanted: { readonly units: readonly string[]; readonly images: readonly string[] },
): Promise<AccountState> {
  const { user } = account;
  try {
    // Side by side, and all of them to their end: what is still under way when one has failed would go on unseen.
    const [units, stored, images, containers] = await settled([
      explained(gatherUserUnits(system, account, wanted.units), `the user manager of ${user} does not answer`),
      explained(gatherStoredSecrets(system, account), `the secrets of ${user} cannot be listed`),
      explained(gatherImages(system, account, wanted.images), `the images of ${user} cannot be listed`),
      explained(gatherContainers(system, account), `the containers of ${user} cannot be listed`),
    ]);
    const secrets = stored.map(({ name }) => name);
    const secretIds = new Map(
      stored.flatMap(({ name, id }): [string, string][] => (id === undefined ? [] : [[name, id]])),
    );
    return { user, problem: undefined, units, secrets, secretIds, images, containers };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const none = { units: [], secrets: [], secretIds: new Map(), images: new Map(), containers: new Map() };
    return { user, problem: error.message, ...none };
  }
}

async function settled<T extends readonly Promise<unknown>[]>(
  all: [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(all);
  return Promise.all(all);
}

/** Its first line: what follows is what a program of that account printed. */
async function explained<T>(fact: Promise<T>, what: string): Promise<T> {
  try {
    return await fact;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw userError(error.code, `${what}: ${error.message.split("\n")[0]}`, error.hint);
  }
}
