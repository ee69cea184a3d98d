/** Secrets of a service: where their values come from, and who gets them in which form. */
import type { Written } from "./diagnostic.ts";
import type { ServiceName } from "./names.ts";
import type { InnerOwner } from "./owner.ts";

/** A podman secret of the service user. Its value exists on the host only and never enters the plan. */
export type ServiceSecret =
  | {
      readonly name: string;
      readonly kind: "generated";
      readonly length: number;
      readonly alphabet: "hex" | "base62";
      readonly prefix: string;
      readonly rotate: SecretRotation;
    }
  /** By the site, with `secrets set`. */
  | {
      readonly name: string;
      readonly kind: "supplied";
      /** What it is and where one gets it, for whoever is asked for it. */
      readonly description: string;
      /** Without a value the service runs without it. */
      readonly optional: boolean;
      /** Where it is declared; another instance of a service file: where the stack names that. */
      readonly at: Written;
    }
  | { readonly name: string; readonly kind: "copy"; readonly service: ServiceName; readonly secret: string }
  | { readonly name: string; readonly kind: "composed"; readonly parts: readonly SecretPart[] };

/** What it takes to give a secret another value, besides restarting whoever reads it. */
export type SecretRotation =
  | { readonly kind: "restart" }
  /** Data is lost without it: it keeps its value for ever. */
  | { readonly kind: "never" }
  /** A shell command in a running container of the service, which reads the new value as a line of its input. */
  | { readonly kind: "command"; readonly container: string; readonly command: string };

/** Data were made with its value, or hold it: another one of itself, and nobody is let in, or nothing can be read any more. */
export function isTiedToData(source: { readonly kind: string; readonly rotate?: SecretRotation }): boolean {
  return source.kind === "generated" && source.rotate?.kind !== "restart";
}

export type SecretPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "secret"; readonly secret: string };

export interface SecretUse {
  readonly secret: string;
  readonly as:
    | { readonly kind: "env"; readonly name: string }
    | { readonly kind: "file"; readonly path: string; readonly owner: InnerOwner; readonly mode: string };
}
