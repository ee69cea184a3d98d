/** Gives every service account a stable uid and subordinate ranges that overlap with nothing on the host. */
import { userError } from "../model/diagnostic.ts";
import type { HostFacts, SubidLine } from "../model/facts.ts";
import type { UserName } from "../model/names.ts";
import type { DesiredAccount, IdRange } from "../model/resource.ts";
import type { Service, Stack } from "../model/service.ts";

export type Identities = ReadonlyMap<UserName, DesiredAccount>;

type IdFacts = Pick<HostFacts, "accounts" | "groups" | "subuids" | "subgids">;

/** System ids (below 1000) that neither adduser (100 upwards) nor useradd -r (999 downwards) reaches soon. */
const UID_FIRST = 800;
const UID_LAST = 899;
/** One container image may use any id up to 65535 (podman(1), "Rootless mode"). */
const RANGE_COUNT = 65_536;
/** shadow's SUB_UID_MIN is 100000; the first multiple of the count above it. */
const RANGE_FIRST = 131_072;
/** shadow's SUB_UID_MAX. */
const RANGE_LAST = 600_100_000;

/**
 * One account per service, in the order of the stack: those that exist keep their ids and ranges,
 * new ones get the next free ones. Throws a UserError for an account that exists with another home.
 */
export function assignIdentities(stack: Stack, facts: IdFacts): Identities {
  const identities = new Map<UserName, DesiredAccount>();
  const takenIds = new Set([...facts.accounts.map((a) => a.uid), ...facts.groups.map((g) => g.gid)]);
  // One list for both files: equal start values for uids and gids keep podman's mappings simple.
  const takenRanges: IdRange[] = [...facts.subuids, ...facts.subgids];
  for (const service of stack.services) {
    const ids = existingIds(service, facts) ?? leftoverIds(service, facts, takenIds) ?? nextIds(takenIds);
    const own = (lines: readonly SubidLine[]) => ownRange(lines, service.account.user, ids.uid);
    const free = () => nextRange(takenRanges);
    const unclaimed = (range: IdRange | undefined, lines: readonly SubidLine[]) =>
      range === undefined || lines.some((line) => overlaps(range, line)) ? undefined : range;
    const subuid = own(facts.subuids) ?? unclaimed(own(facts.subgids), facts.subuids) ?? free();
    const subgid = own(facts.subgids) ?? unclaimed(subuid, facts.subgids) ?? free();
    identities.set(service.account.user, {
      service: service.name,
      user: service.account.user,
      home: service.account.home,
      ...ids,
      subuid,
      subgid,
    });
  }
  return identities;
}

function existingIds(service: Service, facts: IdFacts): { uid: number; gid: number } | undefined {
  const account = facts.accounts.find((a) => a.user === service.account.user);
  if (account === undefined) return undefined;
  if (account.home !== service.account.home) {
    throw userError(
      "account-unfit",
      `user ${account.user} exists with the home ${account.home}, but service ${service.name} wants ${service.account.home}`,
      `set services.${service.name}.account.user to another name in /etc/install-quadlets/stack.yaml, or change that user's home`,
    );
  }
  if (account.uid === 0) {
    throw userError(
      "account-unfit",
      `user ${account.user} of service ${service.name} has uid 0`,
      "a service must not run as root",
    );
  }
  return { uid: account.uid, gid: account.gid };
}

/** A run that was killed between groupadd and useradd leaves the group: the account takes its id. */
function leftoverIds(service: Service, facts: IdFacts, taken: Set<number>): { uid: number; gid: number } | undefined {
  const group = facts.groups.find((g) => g.name === service.account.user);
  if (group === undefined) return undefined;
  const free = group.gid !== 0 && !facts.accounts.some((account) => account.uid === group.gid);
  return { uid: free ? group.gid : nextIds(taken).uid, gid: group.gid };
}

function nextIds(taken: Set<number>): { uid: number; gid: number } {
  for (let id = UID_FIRST; id <= UID_LAST; id++) {
    if (taken.has(id)) continue;
    taken.add(id);
    return { uid: id, gid: id };
  }
  throw userError(
    "account-unfit",
    `no free user id between ${UID_FIRST} and ${UID_LAST}`,
    "remove accounts that are not in use",
  );
}

/** Files may name the owner by number (subuid(5)). Only a full range is of use. */
function ownRange(lines: readonly SubidLine[], user: UserName, uid: number): IdRange | undefined {
  const line = lines.find((l) => (l.owner === user || l.owner === String(uid)) && l.count >= RANGE_COUNT);
  return line === undefined ? undefined : { start: line.start, count: line.count };
}

function nextRange(taken: IdRange[]): IdRange {
  for (let start = RANGE_FIRST; start + RANGE_COUNT <= RANGE_LAST; start += RANGE_COUNT) {
    const range = { start, count: RANGE_COUNT };
    if (taken.some((other) => overlaps(range, other))) continue;
    taken.push(range);
    return range;
  }
  throw userError("account-unfit", "no free range of 65536 subordinate ids", "look at /etc/subuid and /etc/subgid");
}

function overlaps(a: IdRange, b: IdRange): boolean {
  return a.start < b.start + b.count && b.start < a.start + a.count;
}
