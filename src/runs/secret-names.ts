/** The secrets of a stack by name: which there are, where their values come from, who reads them. */
import { userError } from "../model/diagnostic.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service, Stack } from "../model/service.ts";
import type { ServiceSecret } from "../model/service-secret.ts";

export interface NamedSecret {
  readonly service: Service;
  readonly secret: ServiceSecret;
  /** "opik/mysql" */
  readonly title: string;
  /** Podman's name of it, in the store of the service's user. */
  readonly name: string;
}

export function secretsOf(stack: Stack): readonly NamedSecret[] {
  return stack.services.flatMap((service) =>
    service.secrets.map((secret) => ({
      service,
      secret,
      title: `${service.name}/${secret.name}`,
      name: podmanSecretName(service.name, secret.name),
    })),
  );
}

/** By "opik/mysql", or podman's name for it. */
export function findSecret(stack: Stack, name: string): NamedSecret {
  const found = secretsOf(stack).find((one) => one.title === name || one.name === name);
  if (found !== undefined) return found;
  throw userError("unknown-name", `there is no secret ${name}`, "install-quadlets secrets list names them");
}

export function describeSource({ service, secret }: NamedSecret): string {
  switch (secret.kind) {
    case "generated":
      return `${secret.length} random characters${secret.rotate.kind === "never" ? ", for ever" : ""}`;
    case "supplied":
      return "given by the site";
    case "copy":
      return `the same as ${secret.service}/${secret.secret}`;
    case "composed": {
      const parts = secret.parts.flatMap((part) => (part.kind === "secret" ? [part.secret] : []));
      return `made from ${parts.map((part) => `${service.name}/${part}`).join(", ")}`;
    }
  }
}

/** Plain names of the units that get it. */
export function readersOf({ service, secret }: NamedSecret): readonly string[] {
  return service.containers
    .filter((container) => container.secrets.some((use) => use.secret === secret.name))
    .map((container) => container.unit);
}

/** Of a secret that follows others: the first that somebody can give another value. */
export function originOf(stack: Stack, named: NamedSecret): NamedSecret {
  const { service, secret } = named;
  const part = secret.kind === "composed" ? secret.parts.find((one) => one.kind === "secret") : undefined;
  if (secret.kind === "copy") return originOf(stack, findSecret(stack, `${secret.service}/${secret.secret}`));
  return part === undefined ? named : originOf(stack, findSecret(stack, `${service.name}/${part.secret}`));
}

/** The command that gives it another value. */
export function howToChange({ secret, title }: NamedSecret): string {
  return `sudo install-quadlets secrets ${secret.kind === "supplied" ? "set" : "rotate"} ${title}`;
}
