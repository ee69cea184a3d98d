/** Which secrets can be given another value, and in which of the two ways; the others say whom they follow. */
import { userError } from "../model/diagnostic.ts";
import type { Stack } from "../model/service.ts";
import { isTiedToData } from "../model/service-secret.ts";
import { type SuppliedSecret, suppliedSecrets } from "../model/supplied.ts";
import { describeSource, findSecret, howToChange, type NamedSecret, originOf } from "./secret-names.ts";

/** Made on this host. */
export function findRotatable(stack: Stack, name: string): NamedSecret {
  const named = findSecret(stack, name);
  const { secret } = named;
  if (secret.kind === "supplied") throw userError("does-not-apply", `${name} is given by the site`, howToChange(named));
  if (secret.kind !== "generated") {
    const origin = originOf(stack, named);
    const hint = origin.secret.kind === "supplied" ? howToChange(origin) : "rotate that one";
    throw userError("does-not-apply", `${name} follows another secret: ${describeSource(named)}`, hint);
  }
  if (secret.rotate.kind === "never") {
    throw userError(
      "does-not-apply",
      `${name} must keep its value`,
      "what was stored with it could not be read any more",
    );
  }
  return named;
}

/** Made on this host, and data were made with it: where it is lost, whoever knows the value may give it. */
export function findTied(stack: Stack, name: string): NamedSecret | undefined {
  const named = findSecret(stack, name);
  return isTiedToData(named.secret) ? named : undefined;
}

/** The site's to give. */
export function findSupplied(stack: Stack, name: string): SuppliedSecret {
  const named = findSecret(stack, name);
  const secret = suppliedSecrets(stack).find((one) => one.title === named.title);
  if (secret !== undefined) return secret;
  if (named.secret.kind === "generated") {
    throw userError(
      "does-not-apply",
      `${named.title} is made on this host, not given`,
      `another value: ${howToChange(named)}`,
    );
  }
  const follows = `${named.title} follows another secret: ${describeSource(named)}`;
  throw userError("does-not-apply", follows, howToChange(originOf(stack, named)));
}
