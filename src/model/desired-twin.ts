/** A second instance of a unit as it is wanted while the first is replaced, and how requests are led to it. */
import type { AbsolutePath, UnitName, UserName } from "./names.ts";
import type { Detour } from "./tls-end.ts";

/** As it is wanted, for the time of a change only. */
export interface DesiredTwin {
  readonly unit: UnitName;
  readonly path: AbsolutePath;
  readonly content: string;
  readonly detour: Detour & { readonly user: UserName };
}
