/** Accounts and groups: /etc/passwd and /etc/group, and getent only where another source is configured. */
import { listDatabase } from "../commands/accounts.ts";
import type { AccountFact, HostFacts } from "../model/facts.ts";
import type { AbsolutePath, UserName } from "../model/names.ts";
import type { System } from "../system/interfaces.ts";

type GroupFact = HostFacts["groups"][number];

/** These read the files, or make up accounts (systemd: dynamic users) that never clash with a fixed uid. */
const FILE_SOURCES = ["files", "compat", "systemd", "altfiles"];

export async function gatherAccounts(
  system: System,
): Promise<{ readonly accounts: readonly AccountFact[]; readonly groups: readonly GroupFact[] }> {
  const [passwd, group, nsswitch] = await Promise.all(
    ["/etc/passwd", "/etc/group", "/etc/nsswitch.conf"].map((path) => system.files.read(path)),
  );
  const [morePasswd, moreGroup] = await Promise.all([
    moreEntries(system, "passwd", nsswitch ?? ""),
    moreEntries(system, "group", nsswitch ?? ""),
  ]);
  return {
    accounts: firstOfEachName(parsePasswd(`${passwd ?? ""}\n${morePasswd}`), (account) => account.user),
    groups: firstOfEachName(parseGroup(`${group ?? ""}\n${moreGroup}`), (one) => one.name),
  };
}

export async function gatherLocalAccounts(system: System): Promise<readonly AccountFact[]> {
  return parsePasswd((await system.files.read("/etc/passwd")) ?? "");
}

/** "root:x:0:0:root:/root:/bin/bash" */
export function parsePasswd(text: string): readonly AccountFact[] {
  return fieldsOf(text).flatMap(([user = "", , uid = "", gid = "", , home = ""]) => {
    if (!isNumber(uid) || !isNumber(gid)) return [];
    return [{ user: user as UserName, uid: Number(uid), gid: Number(gid), home: home as AbsolutePath }];
  });
}

/** "adm:x:4:alice" */
export function parseGroup(text: string): readonly GroupFact[] {
  return fieldsOf(text).flatMap(([name = "", , gid = ""]) => (isNumber(gid) ? [{ name, gid: Number(gid) }] : []));
}

/** Sources of one database of nsswitch.conf beyond the files: "passwd: files sss [NOTFOUND=return]" gives sss. */
export function otherSources(nsswitch: string, database: string): readonly string[] {
  const line = nsswitch.split("\n").find((candidate) => candidate.startsWith(`${database}:`)) ?? "";
  const words = line
    .slice(database.length + 1)
    .replace(/#.*/, "")
    .replaceAll(/\[[^\]]*\]/g, " ");
  return words.split(/\s+/).filter((word) => word !== "" && !FILE_SOURCES.includes(word));
}

async function moreEntries(system: System, database: "passwd" | "group", nsswitch: string): Promise<string> {
  if (otherSources(nsswitch, database).length === 0) return "";
  // Exit code 2 or a directory server that is down: the files alone then have to do.
  return (await system.runner.probe(listDatabase(database))).stdout;
}

function fieldsOf(text: string): readonly string[][] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("+"));
  return lines.map((line) => line.split(":"));
}

function firstOfEachName<T>(entries: readonly T[], name: (entry: T) => string): readonly T[] {
  const byName = new Map<string, T>();
  for (const entry of entries) if (!byName.has(name(entry))) byName.set(name(entry), entry);
  return [...byName.values()];
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
