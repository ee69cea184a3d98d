/** Secrets whose values the site gives: which there are, and what a host has of them, by name only. */
import type { Written } from "./diagnostic.ts";
import type { ServiceName, UserName } from "./names.ts";
import { podmanSecretName } from "./secret-name.ts";
import type { Stack } from "./service.ts";

export interface SuppliedSecret {
  readonly service: ServiceName;
  readonly user: UserName;
  /** Podman's name of it. */
  readonly name: string;
  /** "vllm-qwen/hf-token": what a person calls it. */
  readonly title: string;
  readonly description: string;
  readonly optional: boolean;
  readonly at: Written;
}

/** Each list holds keys ("USER/NAME"), and never a value. */
export interface SuppliedFact {
  /** In podman's store of its user. */
  readonly stored: readonly string[];
  /** Kept where only root reads it, for a run that hands it to podman. */
  readonly waiting: readonly string[];
  /** A run has handed it to podman. */
  readonly recorded: readonly string[];
}

export function suppliedSecrets(stack: Stack): readonly SuppliedSecret[] {
  return stack.services.flatMap(({ name: service, account: { user }, secrets }) =>
    secrets.flatMap((secret): SuppliedSecret[] => {
      if (secret.kind !== "supplied") return [];
      const { description, optional, at } = secret;
      const name = podmanSecretName(service, secret.name);
      return [{ service, user, name, title: `${service}/${secret.name}`, description, optional, at }];
    }),
  );
}
