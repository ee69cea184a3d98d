/** Keys as a service is to have them, and as it has them. */
import type { GatewayKey, KeyLimits } from "./gateway-key.ts";
import type { ServiceName, UnitName, UserName } from "./names.ts";

/** A service that makes keys, and where it is told of them. */
export interface KeyMaker {
  readonly service: ServiceName;
  readonly user: UserName;
  /** The unit that must run for it. */
  readonly unit: UnitName;
  /** At the loopback address. */
  readonly port: number;
  /** Podman's name of the secret that may do everything there. */
  readonly master: string;
}

export interface DesiredKeys {
  readonly maker: KeyMaker;
  readonly keys: readonly WantedKey[];
}

/** With every model by its name. */
export interface WantedKey extends GatewayKey {
  /** Podman's name of the secret that is its value. */
  readonly secret: string;
}

/** What it may be told of, and what it says of itself. */
export interface FoundKey {
  /** What the gateway calls it in place of its value. */
  readonly token: string;
  /** Undefined for one without a name. */
  readonly name: string | undefined;
  readonly holder: string | undefined;
  readonly kind: GatewayKey["kind"];
  /** A run of this program made it. */
  readonly isOurs: boolean;
  /** Its limits are those that were set last by such a run. */
  readonly isAsSet: boolean;
  readonly isBlocked: boolean;
  readonly limits: KeyLimits;
  /** In US dollars, since its allowance began. */
  readonly spent: number;
  /** When its allowance begins anew. */
  readonly resets: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export type KeysFact =
  | {
      readonly kind: "known";
      readonly keys: readonly FoundKey[];
      /** Of the values that podman has, by its name for them: what the gateway would call a key with it. */
      readonly tokens: ReadonlyMap<string, string>;
    }
  /** It runs, and does not say. */
  | { readonly kind: "unknown"; readonly why: string }
  | { readonly kind: "down" };
