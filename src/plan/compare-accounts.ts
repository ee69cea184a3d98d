/** Accounts, subordinate ids and linger: what is missing. */
import type { HostFacts, StateFacts, SubidLine } from "../model/facts.ts";
import type { PlannedChange } from "../model/plan.ts";
import type { DesiredAccount, IdRange } from "../model/resource.ts";
import { planned } from "./change.ts";

export function compareAccounts(
  accounts: readonly DesiredAccount[],
  host: Pick<HostFacts, "accounts" | "subuids" | "subgids">,
  state: Pick<StateFacts, "lingering">,
): readonly PlannedChange[] {
  return accounts.flatMap((account) => [
    ...compareAccount(account, host),
    ...compareRanges(account, host),
    ...compareLinger(account, state),
  ]);
}

function compareAccount(account: DesiredAccount, host: Pick<HostFacts, "accounts">): readonly PlannedChange[] {
  if (host.accounts.some((fact) => fact.user === account.user)) return [];
  return [
    planned(
      "accounts",
      "create",
      account.service,
      `user ${account.user}, uid ${account.uid}, home ${account.home}`,
      "the service runs as its own unprivileged user",
      { kind: "account", account },
    ),
  ];
}

function compareRanges(
  account: DesiredAccount,
  host: Pick<HostFacts, "subuids" | "subgids">,
): readonly PlannedChange[] {
  const uids = !has(host.subuids, account, account.subuid);
  const gids = !has(host.subgids, account, account.subgid);
  if (!uids && !gids) return [];
  const { start, count } = account.subuid;
  return [
    planned(
      "accounts",
      "create",
      account.service,
      `subordinate ids ${start}-${start + count - 1} for ${account.user}`,
      "rootless podman maps the ids inside containers to these",
      { kind: "subids", account, uids, gids },
    ),
  ];
}

function has(lines: readonly SubidLine[], account: DesiredAccount, range: IdRange): boolean {
  return lines.some(
    (line) =>
      (line.owner === account.user || line.owner === String(account.uid)) &&
      line.start === range.start &&
      line.count >= range.count,
  );
}

function compareLinger(account: DesiredAccount, state: Pick<StateFacts, "lingering">): readonly PlannedChange[] {
  if (state.lingering.includes(account.user)) return [];
  return [
    planned("managers", "create", account.service, `linger for ${account.user}`, "its services start at boot", {
      kind: "linger",
      user: account.user,
    }),
  ];
}
