/** Accounts: groups, users, subordinate ids, linger, and running a command as one of them. */
import type { Command } from "../model/command.ts";
import type { AccountFact } from "../model/facts.ts";
import type { IdRange } from "../model/resource.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SECONDS = 1000;

/**
 * The same command, run as a service account. No PAM session and no shell: it works with nologin shells and
 * where logind is bare. It runs in /, because podman refuses to start in a directory that the user cannot enter, and
 * the home may be what is missing.
 */
export function asUser(account: AccountFact, command: Command): Command {
  const { argv, env, ...rest } = command;
  const assignments = Object.entries({ ...variablesOf(account), ...env }).map(([name, value]) => `${name}=${value}`);
  return { ...rest, argv: ["setpriv", ...identity(account), "--", "env", "-i", ...assignments, ...argv] };
}

/**
 * The same with the variables in the environment, where only the account and root can read them: arguments are everybody's to
 * read, and some of these are secrets. What starts it has to give it no variables of the caller.
 */
export function asUserAttached(account: AccountFact, command: Command): Command {
  const { argv, env, ...rest } = command;
  return {
    ...rest,
    argv: ["setpriv", ...identity(account), "--", ...argv],
    env: { ...variablesOf(account), ...env },
  };
}

function identity({ uid, gid }: AccountFact): readonly string[] {
  return ["--reuid", String(uid), "--regid", String(gid), "--init-groups"];
}

function variablesOf({ user, uid, home }: AccountFact): Readonly<Record<string, string>> {
  return {
    HOME: home,
    USER: user,
    LANG: "C.UTF-8",
    PATH,
    // Without it podman falls back to /tmp and stores that path in its database (podman#14403).
    XDG_RUNTIME_DIR: `/run/user/${uid}`,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=/run/user/${uid}/bus`,
  };
}

export function addGroup(name: string, gid: number): Command {
  return { argv: ["groupadd", "--system", "--gid", String(gid), name], timeoutMs: 30 * SECONDS };
}

/** A system account: no ageing, no mail spool, no subordinate ids of useradd's own choice, no login. A colon would end the field. */
export function addUser(account: AccountFact, comment: string): Command {
  const ids = ["--uid", String(account.uid), "--gid", String(account.gid)];
  const home = ["--home-dir", account.home, "--no-create-home", "--shell", "/usr/sbin/nologin"];
  return {
    argv: ["useradd", "--system", ...ids, ...home, "--comment", comment.replaceAll(/[:\n]+/g, " "), account.user],
    timeoutMs: 30 * SECONDS,
  };
}

/** usermod, not `useradd -F`: that flag ignores ids outside UID_MIN..UID_MAX (shadow#1255). */
export function addSubids(user: string, ranges: { readonly uids?: IdRange; readonly gids?: IdRange }): Command {
  return {
    argv: ["usermod", ...rangeFlags("add", ranges), user],
    timeoutMs: 30 * SECONDS,
  };
}

/** usermod refuses (exit 8) while a process of the user runs: stop user@UID.service first. */
export function removeSubids(user: string, ranges: { readonly uids?: IdRange; readonly gids?: IdRange }): Command {
  return { argv: ["usermod", ...rangeFlags("del", ranges), user], timeoutMs: 30 * SECONDS };
}

export function enableLinger(user: string): Command {
  return { argv: ["loginctl", "enable-linger", user], timeoutMs: 60 * SECONDS };
}

export function disableLinger(user: string): Command {
  return { argv: ["loginctl", "disable-linger", user], timeoutMs: 60 * SECONDS };
}

export function removeUser(user: string): Command {
  return { argv: ["userdel", user], timeoutMs: 30 * SECONDS };
}

export function endNow(processes: readonly string[]): Command {
  return { argv: ["kill", "-KILL", ...processes], timeoutMs: 30 * SECONDS };
}

export function removeGroup(name: string): Command {
  return { argv: ["groupdel", name], timeoutMs: 30 * SECONDS };
}

/** Accounts that /etc/passwd does not list (LDAP, sssd), where nsswitch.conf names such a source. */
export function listDatabase(database: "passwd" | "group"): Command {
  return { argv: ["getent", database], timeoutMs: 10 * SECONDS };
}

function rangeFlags(verb: "add" | "del", ranges: { readonly uids?: IdRange; readonly gids?: IdRange }): string[] {
  const flags: string[] = [];
  if (ranges.uids !== undefined) flags.push(`--${verb}-subuids`, printRange(ranges.uids));
  if (ranges.gids !== undefined) flags.push(`--${verb}-subgids`, printRange(ranges.gids));
  return flags;
}

function printRange(range: IdRange): string {
  return `${range.start}-${range.start + range.count - 1}`;
}
