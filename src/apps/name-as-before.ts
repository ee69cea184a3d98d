/** An image that was fetched waits without the name, which stays with the one that had it: no start is to run it by the way. */
import { asUser } from "../commands/accounts.ts";
import { tagAsBefore } from "../commands/podman.ts";
import { gatherImages } from "../facts/images.ts";
import type { AccountFact } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";

/** `before` is the id that had the name; undefined where nothing had, and then it stays where it is now. Whether another one waits. */
export async function nameAsBefore(
  system: System,
  account: AccountFact,
  reference: string,
  before: string | undefined,
): Promise<boolean> {
  const now = (await gatherImages(system, account, [reference])).get(reference);
  const back = tagAsBefore(reference, before, now);
  if (back !== undefined) await system.runner.run(asUser(account, back));
  return back !== undefined;
}
