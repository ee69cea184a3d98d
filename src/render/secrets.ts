/** Names and recipes of podman secrets; the values themselves exist only on the host. */
import type { DesiredSecret, SecretSource } from "../model/resource.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service, Stack } from "../model/service.ts";
import type { SecretRotation, ServiceSecret } from "../model/service-secret.ts";

/** Secrets of a service; those that others are made from come first. */
export function desiredSecrets(stack: Stack, service: Service): readonly DesiredSecret[] {
  const rank = { generated: 0, supplied: 0, copy: 1, composed: 2 } as const;
  return [...service.secrets]
    .sort((a, b) => rank[a.kind] - rank[b.kind])
    .map((secret) => ({
      service: service.name,
      user: service.account.user,
      name: podmanSecretName(service.name, secret.name),
      source: source(stack, service, secret),
    }));
}

function source(stack: Stack, service: Service, secret: ServiceSecret): SecretSource {
  switch (secret.kind) {
    case "generated":
      return {
        kind: "generated",
        length: secret.length,
        alphabet: secret.alphabet,
        prefix: secret.prefix,
        rotate: rotation(service, secret.rotate),
      };
    case "supplied":
      return { kind: "supplied" };
    case "copy": {
      const owner = stack.services.find((other) => other.name === secret.service);
      if (owner === undefined) throw new Error(`no service ${secret.service} to copy a secret from`);
      return { kind: "copy", user: owner.account.user, name: podmanSecretName(owner.name, secret.secret) };
    }
    case "composed":
      return {
        kind: "composed",
        parts: secret.parts.map((part) =>
          part.kind === "text" ? part : { kind: "secret", name: podmanSecretName(service.name, part.secret) },
        ),
      };
  }
}

function rotation(service: Service, rotate: SecretRotation): SecretRotation {
  if (rotate.kind !== "command") return rotate;
  const container = service.containers.find((candidate) => candidate.name === rotate.container);
  if (container === undefined) throw new Error(`no container ${rotate.container} in ${service.name}`);
  return { ...rotate, container: container.unit };
}
