/** Names what services that go leave behind, so that nobody has to look for it. */
import { type Applied, imagesIn } from "../model/applied.ts";
import type { AccountFact } from "../model/facts.ts";
import type { Draft } from "../model/plan.ts";
import type { PruneInput } from "./prune-input.ts";

export function describeStays(input: PruneInput, changes: readonly Draft[]): readonly string[] {
  const { gone, facts, removal, nameOf } = input;
  const services = new Set(changes.map((change) => change.service));
  const concerned = gone.accounts.filter(({ user }) => removal.depth !== undefined || services.has(nameOf({ user })));
  const removed = changes.map(({ change }) => change);
  const goes = (user: string) => removed.some((change) => change.kind === "remove-account" && change.user === user);
  const lines = concerned.filter(({ user }) => !goes(user)).map((account) => ofAccount(input, account, changes));
  const others = gone.files.flatMap((path) => {
    const fact = facts.paths.get(path);
    return fact?.kind === "other" || fact?.kind === "directory"
      ? [`${path}: is ${fact.kind === "other" ? fact.what : "a directory"} now, not what was made here`]
      : [];
  });
  const state = removal.depth === undefined || removal.depth === "all" ? [] : [STATE_STAYS];
  return [...lines, ...others, ...packagesThatStay(facts.applied, removal.depth), ...state];
}

/** Others may need them by now. */
function packagesThatStay({ packages }: Applied, depth: PruneInput["removal"]["depth"]): readonly string[] {
  if (depth === undefined || packages.length === 0) return [];
  return [`packages that a run installed: ${packages.join(", ")}`];
}

const STATE_STAYS = "/var/lib/install-quadlets with the authority, so that clients go on trusting it";

function ofAccount(input: PruneInput, { user, home }: AccountFact, changes: readonly Draft[]): string {
  const { facts } = input;
  const parts = [`user ${user}`];
  const entries = facts.remains.entries.get(home)?.length;
  if (entries !== undefined) parts.push(`${home} (${entries} ${entries === 1 ? "entry" : "entries"})`);
  const removed = changes.filter(({ change }) => change.kind === "remove-image" && change.account.user === user).length;
  const there = imagesIn(facts.applied, user).filter((reference) => facts.images.get(user)?.has(reference) === true);
  const images = there.length - removed;
  if (images > 0) parts.push(`${images} ${images === 1 ? "image" : "images"}`);
  return parts.join(", ");
}
