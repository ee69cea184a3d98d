/** What a secret is called: by people, in podman's store, and in the record. */
import type { Keeping } from "./keeping.ts";
import type { ServiceName } from "./names.ts";

/** "opik-redis": podman's store is per user, the prefix tells a person whose it is. */
export function podmanSecretName(service: ServiceName, secret: string): string {
  return `${service}-${secret}`;
}

/** What its value is called while it lies in KEPT_SECRETS. Podman's names of secrets are without a dot. */
export function keptName(
  { user, name }: { readonly user: string; readonly name: string },
  keeping: Keeping = "kept",
): string {
  return `${user}-${name}${keeping === "kept" ? "" : `.${keeping}`}`;
}
