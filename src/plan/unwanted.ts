/** What earlier runs recorded and the desired state does not name: the only things that are ever removed. */

import type { Applied } from "../model/applied.ts";
import { unitsIn, usersIn } from "../model/applied.ts";
import type { AccountFact, HostFacts } from "../model/facts.ts";
import type { AbsolutePath } from "../model/names.ts";
import { secretKey, unitKey } from "../model/record-keys.ts";
import type { DesiredState } from "../model/resource.ts";
import { wantedPaths } from "../model/wanted-paths.ts";

export interface Unwanted {
  /** "USER/UNIT"; root's are those of the system manager, without the user managers. */
  readonly units: readonly string[];
  readonly systemUnits: readonly string[];
  readonly files: readonly AbsolutePath[];
  readonly directories: readonly AbsolutePath[];
  readonly secrets: readonly string[];
  /** Accounts that exist and run nothing any more. */
  readonly accounts: readonly AccountFact[];
}

export function unwantedOf(desired: DesiredState, host: HostFacts, applied: Applied): Unwanted {
  const units = new Set(desired.units.map((unit) => unitKey(unit.user, unit.unit)));
  const systemUnits = new Set<string>(desired.systemUnits.map((unit) => unit.unit));
  const paths = wantedPaths(desired);
  const secrets = new Set(desired.secrets.map(secretKey));
  const ofRoot = unitsIn(applied, "root").filter((unit) => !unit.startsWith("user@"));
  const left = <T extends string>(list: readonly string[], wanted: ReadonlySet<string>) =>
    list.filter((item) => !wanted.has(item)) as T[];
  const users = usersIn(applied);
  const wanted = new Set<string>(desired.accounts.map((account) => account.user));
  return {
    units: left(Object.keys(applied.units), units).filter((key) => !key.startsWith("root/")),
    systemUnits: left([...new Set([...applied.systemUnits, ...ofRoot])], systemUnits),
    files: left(applied.files, paths),
    directories: left(applied.directories, paths),
    secrets: left(applied.secrets, secrets),
    accounts: host.accounts.filter(({ user }) => users.has(user) && !wanted.has(user)),
  };
}
