/** Which service an account or a path belongs to, also of services that the stack does not name any more. */
import type { AccountFact, StateFacts } from "../model/facts.ts";
import type { ServiceName } from "../model/names.ts";
import { QUADLET_ROOT } from "../model/places.ts";

type Placed = Pick<AccountFact, "user" | "uid" | "home">;

/** In whose home or unit directories a path lies, or is one. */
export function accountAt<T extends Placed>(accounts: readonly T[], path: string): T | undefined {
  return accounts.find(({ uid, home }) =>
    [home, `${QUADLET_ROOT}/${uid}`, `/etc/systemd/system/user@${uid}.service.d`].some(
      (place) => path === place || path.startsWith(`${place}/`),
    ),
  );
}

export type NameOf = (about: { readonly user?: string; readonly path?: string }) => ServiceName | undefined;

/** Services that went are in the index of the last run; where it is lost, the user's name has to do. */
export function serviceNames({ index }: Pick<StateFacts, "index">, accounts: readonly Placed[]): NameOf {
  const services = index?.services ?? [];
  const named = (user: string) => services.find((service) => service.user === user)?.name ?? (user as ServiceName);
  return ({ user, path }) => {
    if (user !== undefined) return named(user);
    const owner = path === undefined ? undefined : accountAt(accounts, path);
    return owner === undefined ? undefined : named(owner.user);
  };
}
