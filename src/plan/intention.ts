/** What a plan is about to make, for the record. */

import type { Applied, Intention } from "../model/applied.ts";
import type { Kind, Of } from "../model/change.ts";
import type { StateFacts } from "../model/facts.ts";
import type { Draft } from "../model/plan.ts";
import { imageKey, secretKey, unitKey } from "../model/record-keys.ts";
import type { DesiredState, IdRange } from "../model/resource.ts";

export function intention(steps: readonly Draft[], desired: DesiredState, facts: StateFacts): Intention {
  const all = <K extends Kind>(kind: K, changes = steps): readonly Of<K>[] =>
    changes.map((planned) => planned.change).filter((change): change is Of<K> => change.kind === kind);
  // What was there before we came is corrected, but never becomes ours.
  const created = steps.filter((planned) => planned.action === "create");
  const line = (user: string, range: IdRange) => `${user}:${range.start}:${range.count}`;
  const subids = all("subids", created);
  return {
    imageIds: imagesThere(steps, desired, facts),
    secretsDue: Object.fromEntries(
      all("secret").map(({ secret, rotate }) => [secretKey(secret), rotate ? "rotate" : "make"]),
    ),
    units: [...all("unit"), ...all("reload-unit")].map(({ account, unit }) => unitKey(account.user, unit)),
    files: [
      ...all("file", created).map((change) => change.file.path),
      ...all("tailscale-certificate", created).flatMap(({ tailscale }) => [tailscale.key, tailscale.certificate]),
    ],
    directories: all("directory", created).map((change) => change.directory.path),
    accounts: all("account", created).map((change) => change.account.user),
    secrets: all("secret", created).map(({ secret }) => secretKey(secret)),
    images: all("image", created).map((change) => imageKey(change.account.user, change.reference)),
    lingering: all("linger", created).map((change) => change.user),
    subuids: subids.filter((change) => change.uids).map(({ account }) => line(account.user, account.subuid)),
    subgids: subids.filter((change) => change.gids).map(({ account }) => line(account.user, account.subgid)),
    systemUnits: all("system-unit").map((change) => change.unit),
    tools: all("tool").map((change) => change.tool.target),
  };
}

function imagesThere(steps: readonly Draft[], desired: DesiredState, facts: StateFacts): Applied["imageIds"] {
  const pulled = steps.flatMap(({ change }) =>
    change.kind === "image" ? [imageKey(change.account.user, change.reference)] : [],
  );
  const there = desired.images.flatMap(({ user, reference }): [string, string][] => {
    const id = facts.images.get(user)?.get(reference);
    return id === undefined ? [] : [[imageKey(user, reference), id]];
  });
  return Object.fromEntries(there.filter(([key]) => !pulled.includes(key)));
}
