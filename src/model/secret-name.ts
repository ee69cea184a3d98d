/** What a secret is called: by people, in podman's store, and in the record. */
import type { ServiceName } from "./names.ts";

/** "opik-redis": podman's store is per user, the prefix tells a person whose it is. */
export function podmanSecretName(service: ServiceName, secret: string): string {
  return `${service}-${secret}`;
}

/** What its value is called while it waits in KEPT_SECRETS. */
export function keptName({ user, name }: { readonly user: string; readonly name: string }): string {
  return `${user}-${name}`;
}
