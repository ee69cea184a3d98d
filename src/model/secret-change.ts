/** The kinds of change that deal with a secret value: podman's secrets, and the keys of people and programs at the gateway. */
import type { AccountFact } from "./facts.ts";
import type { Keeping } from "./keeping.ts";
import type { KeyMaker, WantedKey } from "./key-facts.ts";
import type { DesiredSecret } from "./resource.ts";
import type { SecretRotation } from "./service-secret.ts";

export type SecretChange =
  | {
      readonly kind: "secret";
      readonly secret: DesiredSecret;
      readonly account: AccountFact;
      /** Of the secret that it copies. */
      readonly source?: AccountFact | undefined;
      /** Nobody but the site knows its value, or what it is made from. */
      readonly fromSite: boolean;
      /** It has a value that works, and gets another one. */
      readonly rotate: boolean;
      /**
       * Where the value goes that it has: "run", for as long as the run can be taken back, where only the site knows it;
       * "former", until the run is well; undefined where there is none.
       */
      readonly former: "run" | "former" | undefined;
    }
  /** Somebody else replaced its value, and it counts as it is now. */
  | { readonly kind: "taken-secret"; readonly secret: DesiredSecret; readonly account: AccountFact }
  | {
      readonly kind: "remove-secret";
      readonly account: AccountFact;
      readonly name: string;
      /**
       * Where its value goes: "kept", for when the service comes back, because data that it opens stays; "given", where it
       * waited for the run that is taken back; "run", for a rollback; "no" where nobody needs it, or it has none.
       */
      readonly keep: "kept" | "given" | "run" | "no";
      /** On the way back: there lies what was kept for the service, and it is kept for it again. */
      readonly kept?: Keeping;
    }
  /** Podman gets the value back that was put aside. */
  | {
      readonly kind: "restore-secret";
      readonly account: AccountFact;
      readonly name: string;
      readonly from: Keeping;
      /** It has another value now, and whoever holds that is told; absent: it has none. */
      readonly rotate?: SecretRotation;
      /** The value lay there before: there it stays. */
      readonly staysAside?: boolean;
    }
  /** The gateway gets it, or other limits for it; its value is podman's. */
  | {
      readonly kind: "gateway-key";
      readonly account: AccountFact;
      readonly maker: KeyMaker;
      readonly key: WantedKey;
      /** In US dollars, where it comes back: its allowance does not begin anew. */
      readonly spent?: number;
      /** Where the gateway is down, it has been done, or there is nothing to do. */
      readonly ifRuns?: boolean;
    }
  | {
      readonly kind: "remove-gateway-key";
      readonly account: AccountFact;
      readonly maker: KeyMaker;
      readonly name: string;
      readonly ifRuns?: boolean;
    };
