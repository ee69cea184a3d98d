/** A stack without the secrets that a service can do without and that the site has not set. */

import { secretKey } from "../model/record-keys.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service, Stack } from "../model/service.ts";
import type { ServiceSecret } from "../model/service-secret.ts";

/** `given` holds keys. What is made from a secret that is not there is not there either: podman refuses to start with a name that it does not know. */
export function withoutUnset(stack: Stack, given: ReadonlySet<string>): Stack {
  const gone = new Set<string>();
  const isUnset = (service: Service, secret: ServiceSecret): boolean => {
    switch (secret.kind) {
      case "generated":
        return false;
      case "supplied": {
        const name = podmanSecretName(service.name, secret.name);
        return secret.optional && !given.has(secretKey({ user: service.account.user, name }));
      }
      case "copy":
        return gone.has(`${secret.service}/${secret.secret}`);
      case "composed":
        return secret.parts.some((part) => part.kind === "secret" && gone.has(`${service.name}/${part.secret}`));
    }
  };
  // Each round finds what is made from those of the round before, until nothing more is found.
  for (let before = -1; before < gone.size; ) {
    before = gone.size;
    for (const service of stack.services) {
      for (const secret of service.secrets) {
        if (isUnset(service, secret)) gone.add(`${service.name}/${secret.name}`);
      }
    }
  }
  if (gone.size === 0) return stack;
  return { ...stack, services: stack.services.map((service) => without(service, gone)) };
}

function without(service: Service, gone: ReadonlySet<string>): Service {
  const stays = (secret: string) => !gone.has(`${service.name}/${secret}`);
  return {
    ...service,
    secrets: service.secrets.filter((secret) => stays(secret.name)),
    containers: service.containers.map((container) => ({
      ...container,
      secrets: container.secrets.filter((use) => stays(use.secret)),
    })),
    scrapes: service.scrapes && {
      ...service.scrapes,
      targets: service.scrapes.targets.map((target) =>
        target.secret === undefined || stays(target.secret) ? target : { ...target, secret: undefined },
      ),
    },
  };
}
