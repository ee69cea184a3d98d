/** The last things to go: empty directories and the program's copies; with --purge data, users and the record itself. */
import { userError } from "../model/diagnostic.ts";
import type { AbsolutePath } from "../model/names.ts";
import { isTemporary, partialOf, STATE_ROOT } from "../model/places.ts";
import type { Draft } from "../model/plan.ts";
import type { IdRange } from "../model/resource.ts";
import { because, planned } from "./change.ts";
import type { PruneInput } from "./prune-input.ts";

const STATE = STATE_ROOT as AbsolutePath;
const PURGE = because("asked", "--purge");

export function compareClear(input: PruneInput, removed: readonly Draft[]): readonly Draft[] {
  const purge = input.removal.depth === "all";
  const tools = removeTools(input);
  return [
    ...(purge ? removeData(input) : []),
    ...(purge ? removeRanges(input) : []),
    ...(purge ? removeAccounts(input) : []),
    ...tools,
    ...removeDirectories(input, removedPaths([...removed, ...tools])),
    ...(purge ? removeState(input) : []),
  ];
}

/** Topmost directories of ours that hold data; throws where something is mounted in one. */
export function treesToRemove({ gone, facts }: PruneInput): readonly AbsolutePath[] {
  const data = gone.directories.filter((path) => !isConfiguration(path) && !isBelow(path, STATE));
  const top = data.filter((path) => !data.some((other) => other !== path && isBelow(path, other)));
  return top.filter((path) => facts.paths.get(path)?.kind === "directory");
}

function removeData(input: PruneInput): readonly Draft[] {
  const trees = treesToRemove(input);
  const mounted = input.facts.remains.mounts.filter((point) => trees.some((tree) => isBelow(point, tree)));
  if (mounted.length > 0) {
    throw userError(
      "in-the-way",
      `${mounted.join(", ")}: a file system is mounted there, and --purge would delete what is on it`,
      "unmount it and run uninstall again; nothing was changed",
    );
  }
  return trees.map((path) =>
    planned("clear", "remove", input.nameOf({ path }), `directory ${path} with all data in it`, PURGE, {
      kind: "remove-tree",
      path,
    }),
  );
}

/** Of accounts that stay: userdel takes the ranges of the others along. */
function removeRanges({ host, facts, nameOf }: PruneInput): readonly Draft[] {
  const staying = host.accounts.filter(({ user }) => !facts.applied.accounts.includes(user));
  return staying.flatMap(({ user }) => {
    const recorded = (lines: readonly string[], now: readonly (IdRange & { owner: string })[]) =>
      now.find((line) => line.owner === user && lines.includes(`${user}:${line.start}:${line.count}`));
    const uids = recorded(facts.applied.subuids, host.subuids);
    const gids = recorded(facts.applied.subgids, host.subgids);
    if (uids === undefined && gids === undefined) return [];
    const ranges = {
      ...(uids === undefined ? {} : { uids: { start: uids.start, count: uids.count } }),
      ...(gids === undefined ? {} : { gids: { start: gids.start, count: gids.count } }),
    };
    const change = { kind: "remove-subids", user, ...ranges } as const;
    return [planned("clear", "remove", nameOf({ user }), `subordinate ids of ${user}`, PURGE, change)];
  });
}

/** A run that was killed between the two may have left the group. */
function removeAccounts({ host, facts, gone, nameOf }: PruneInput): readonly Draft[] {
  return facts.applied.accounts
    .filter((user) => gone.accounts.some((a) => a.user === user) || host.groups.some((group) => group.name === user))
    .map((user) =>
      planned("clear", "remove", nameOf({ user }), `user ${user}`, PURGE, {
        kind: "remove-account",
        user: user as never,
        uid: host.accounts.find((account) => account.user === user)?.uid,
      }),
    );
}

/** Only when everything goes: an older build may be what a rollback starts again. */
function removeTools({ facts, removal }: PruneInput): readonly Draft[] {
  if (removal.depth === undefined) return [];
  return facts.applied.tools
    .flatMap((path) => [path as AbsolutePath, partialOf(path)])
    .filter((path) => facts.paths.get(path)?.kind === "directory")
    .map((path) =>
      planned("clear", "remove", undefined, `this program in ${path}`, because("asked", "uninstall"), {
        kind: "remove-tree",
        path,
      }),
    );
}

/** Deepest first; one that holds anything of somebody else's stays. */
function removeDirectories(
  { desired, gone, facts, nameOf, why }: PruneInput,
  earlier: readonly string[],
): readonly Draft[] {
  const removed = new Set(earlier);
  const inUse = [...desired.files, ...desired.directories].map((item) => item.path as string);
  if (desired.tool !== undefined) inUse.push(desired.tool.target);
  const changes: Draft[] = [];
  const candidates = gone.directories
    .filter((path) => isConfiguration(path) && facts.paths.get(path)?.kind === "directory")
    .toSorted((a, b) => b.split("/").length - a.split("/").length);
  for (const path of candidates) {
    if (inUse.some((wanted) => isBelow(wanted, path))) continue;
    const names = facts.remains.entries.get(path) ?? [];
    if (names.some((name) => !removed.has(`${path}/${name}`) && !isTemporary(name))) continue;
    removed.add(path);
    const change = { kind: "remove-directory", path } as const;
    changes.push(planned("clear", "remove", nameOf({ path }), `directory ${path}`, why({ path }), change));
  }
  return changes;
}

function removeState({ facts }: PruneInput): readonly Draft[] {
  if (facts.paths.get(STATE)?.kind !== "directory") return [];
  const what = `directory ${STATE} with the authority and all records`;
  return [planned("clear", "remove", undefined, what, PURGE, { kind: "remove-state", path: STATE })];
}

function removedPaths(changes: readonly Draft[]): readonly AbsolutePath[] {
  return changes.flatMap(({ change }) =>
    change.kind === "remove-file" || change.kind === "remove-tree" ? [change.path] : [],
  );
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function isConfiguration(path: string): boolean {
  return path.startsWith("/etc/") || path.startsWith("/usr/local/");
}
