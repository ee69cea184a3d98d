/** Accounts, subordinate ids and linger: what is missing. */
import type { HostFacts, StateFacts, SubidLine } from "../model/facts.ts";
import { groupBy } from "../model/group-by.ts";
import type { Draft } from "../model/plan.ts";
import type { DesiredAccount, IdRange } from "../model/resource.ts";
import { because, planned } from "./change.ts";

export function compareAccounts(
  accounts: readonly DesiredAccount[],
  host: Pick<HostFacts, "accounts" | "subuids" | "subgids">,
  state: Pick<StateFacts, "lingering">,
): readonly Draft[] {
  const existing = new Set(host.accounts.map((fact) => fact.user));
  const subuids = groupBy(host.subuids, (line) => line.owner);
  const subgids = groupBy(host.subgids, (line) => line.owner);
  const lingering = new Set(state.lingering);
  return accounts.flatMap((account) => [
    ...(existing.has(account.user) ? [] : [createAccount(account)]),
    ...compareRanges(account, subuids, subgids),
    ...(lingering.has(account.user) ? [] : [createLinger(account)]),
  ]);
}

function createAccount(account: DesiredAccount): Draft {
  return planned(
    "accounts",
    "create",
    account.service,
    `user ${account.user}, uid ${account.uid}, home ${account.home}`,
    because("missing", "the service runs as its own unprivileged user"),
    { kind: "account", account },
  );
}

type Lines = ReadonlyMap<string, readonly SubidLine[]>;

function compareRanges(account: DesiredAccount, subuids: Lines, subgids: Lines): readonly Draft[] {
  const uids = !has(subuids, account, account.subuid);
  const gids = !has(subgids, account, account.subgid);
  if (!uids && !gids) return [];
  const { start, count } = account.subuid;
  return [
    planned(
      "accounts",
      "create",
      account.service,
      `subordinate ids ${start}-${start + count - 1} for ${account.user}`,
      because("missing", "rootless podman maps the ids inside containers to these"),
      { kind: "subids", account, uids, gids },
    ),
  ];
}

/** The owner stands there by name or by number (subuid(5)). */
function has(lines: Lines, { user, uid }: DesiredAccount, range: IdRange): boolean {
  const own = [...(lines.get(user) ?? []), ...(lines.get(String(uid)) ?? [])];
  return own.some((line) => line.start === range.start && line.count >= range.count);
}

function createLinger({ service, user }: DesiredAccount): Draft {
  const change = { kind: "linger", user } as const;
  const reason = because("missing", "its services start at boot");
  return planned("managers", "create", service, `linger for ${user}`, reason, change);
}
