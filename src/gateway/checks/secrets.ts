/** Check of the keys of providers: there where one is needed, and the name of a secret that has a value. */
import type { Provider } from "../../model/registry.ts";
import type { Service } from "../../model/service.ts";
import { listKnown } from "../../model/suggest.ts";
import { atProvider, type Check, type Fault } from "./check.ts";

const NEED_A_KEY = ["openai", "anthropic", "gemini", "azure"];

export const secretsArePresent: Check = ({ registry, services, router }) => {
  if (router === undefined) return [];
  return registry.providers.flatMap((provider): Fault[] => {
    const fault = provider.isActive ? faultOf(provider, services, router) : undefined;
    return fault === undefined ? [] : [fault];
  });
};

function faultOf({ name, type, key }: Provider, services: readonly Service[], router: Service): Fault | undefined {
  const at = atProvider(name, "key");
  if (key === undefined) {
    if (!NEED_A_KEY.includes(type)) return undefined;
    const hint = `key: ${type}, then: sudo install-quadlets secrets set ${router.name}/${type}`;
    return { ...atProvider(name), message: `${type} answers nobody without a key`, hint };
  }
  if (key.kind === "supplied") {
    if (!router.secrets.some((secret) => secret.name === key.secret)) return undefined;
    return { ...at, message: `${router.name} has a secret ${key.secret} for itself`, hint: "choose another name" };
  }
  const owner = services.find((service) => service.name === key.service);
  if (owner === undefined) {
    const names = services.map((service) => service.name);
    return { ...at, message: `no service of the stack is named ${key.service}`, hint: listKnown("services", names) };
  }
  const secret = owner.secrets.find((candidate) => candidate.name === key.secret);
  if (secret === undefined) {
    const titles = owner.secrets.map((candidate) => `${owner.name}/${candidate.name}`);
    return { ...at, message: `${owner.name} has no secret ${key.secret}`, hint: listKnown("secrets", titles) };
  }
  // Without a value there is no such variable, and the file would name one.
  if (secret.kind !== "supplied" || !secret.optional) return undefined;
  const message = `${owner.name} runs without ${key.secret}, too: it may have no value`;
  return { ...at, message, hint: `a name of its own (key: ${key.secret}) is a secret that must be set` };
}
