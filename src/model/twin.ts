/** A second instance of a unit that a run makes, which serves while the first is replaced. */
import type { AccountFact } from "./facts.ts";
import type { AbsolutePath, UnitName } from "./names.ts";
import type { Detour } from "./tls-end.ts";

/** One that a run makes, or found. */
export interface Twin {
  readonly account: AccountFact;
  readonly unit: UnitName;
  /** Its unit file, which goes with it. */
  readonly path: AbsolutePath;
  /** How long systemd lets it take to end. */
  readonly stopTimeoutSeconds: number;
  readonly detour: Detour & { readonly account: AccountFact };
}

/** What replaces a unit side by side needs to know of that. */
export interface SideBySide {
  readonly twin: Twin;
  /** What its unit file holds; undefined where one that runs already may serve, and none is made. */
  readonly content: string | undefined;
  /** The unit file of the first stays as it is, so that the same twin is right on the way back. */
  readonly alsoBack: boolean;
  /** On the way back: since when the first ran before. Where it still does, nothing was replaced. */
  readonly since?: string;
}
