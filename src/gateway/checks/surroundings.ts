/** Checks of a registry against the stack that it is part of: services, ports, secrets. */
import { groupBy } from "../../model/group-by.ts";
import { MODEL_NAME, type Provider } from "../../model/registry.ts";
import type { Service } from "../../model/service.ts";
import { atProvider, type Check, type Fault, known } from "./check.ts";

export const servicesExist: Check = ({ registry, services, router, broken }) => {
  if (router === undefined) return [];
  return registry.providers.flatMap((provider): Fault[] => {
    const at = atProvider(provider.name, "service");
    const named = services.find(({ name }) => name === provider.service);
    if (provider.service === undefined || broken.has(provider.service)) return [];
    if (named === undefined) {
      // Whoever takes a service out of the stack for a while may leave its provider where it is.
      if (!provider.isActive) return [];
      const serving = services.filter(({ engine }) => engine !== undefined).map(({ name }) => name);
      const message = `no service of the stack is named ${JSON.stringify(provider.service)}`;
      return [{ ...at, message, hint: known("those that serve models", serving) }];
    }
    if (named.engine === undefined) {
      return [{ ...at, message: `${named.name} serves no models`, hint: "say so in its service file: serves_models" }];
    }
    if (named.engine.type === provider.type) return [];
    const message = `${named.name} is of the type ${named.engine.type}, and not ${provider.type}`;
    return [{ ...atProvider(provider.name, "type"), message, hint: `type: ${named.engine.type}` }];
  });
};

export const namesAreUsable: Check = ({ registry, router }) => {
  if (router === undefined) return [];
  return registry.providers.flatMap(({ name, service, models }) =>
    models
      .filter((model) => !MODEL_NAME.test(model.name))
      .map((model) => ({
        ...atProvider(name, service === undefined ? "models" : "service"),
        message: `${name} calls a model ${JSON.stringify(model.name)}, which ${router.name} cannot take for a name`,
        hint: "letters, digits and . _ : / @ + -; for a service of this stack it is one of its settings",
      })),
  );
};

/** A program in a container has a loopback of its own: what is forwarded there is what the firewall lets through. */
export const portsAreKnown: Check = ({ registry, services, router }) => {
  if (router === undefined) return [];
  const open = registry.providers.filter(({ isActive, baseUrl }) => isActive && baseUrl !== undefined);
  const twice = [...groupBy(open, ({ baseUrl }) => baseUrl).values()].flatMap(([first, ...others]) =>
    others.map(({ name, baseUrl }) => ({
      ...addressOf(name, registry.providers),
      message: `${baseUrl} is the address of ${first?.name} already`,
      hint: "one address is one provider: remove one of the two",
    })),
  );
  return [...open.flatMap((provider) => unreachable(provider, services, router)), ...twice];
};

function unreachable(provider: Provider, services: readonly Service[], router: Service): readonly Fault[] {
  const number = loopbackPort(provider.baseUrl ?? "");
  if (number === undefined) return [];
  const at = addressOf(provider.name, [provider]);
  const owner = services.find(({ ports }) =>
    ports.some(({ host, bind }) => host === number && bind.includes("loopback")),
  );
  const port = owner?.ports.find(({ host }) => host === number);
  if (owner === undefined || port === undefined) {
    const message = `no service of the stack has port ${number}, and 127.0.0.1 is the loopback of ${router.name} itself`;
    return [{ ...at, message, hint: "name the service (service: NAME), or an address of another machine" }];
  }
  if (port.consumers.includes(router.name)) return [];
  const message = `${router.name} may not call port ${port.name} of ${owner.name}`;
  return [
    { ...at, message, hint: `add ${router.from} to ports.${port.name}.consumers in the service file of ${owner.name}` },
  ];
}

function addressOf(name: string, providers: readonly Provider[]): Pick<Fault, "in" | "path"> {
  const provider = providers.find((candidate) => candidate.name === name);
  return atProvider(name, provider?.service === undefined ? "base_url" : "service");
}

function loopbackPort(url: string): number | undefined {
  const [, scheme, host = "", port] = /^(https?):\/\/(\[[^\]]*\]|[^/:]+)(?::(\d+))?/.exec(url) ?? [];
  if (!/^(localhost|127\.[\d.]+|\[::1\])$/.test(host)) return undefined;
  return Number(port ?? (scheme === "https" ? 443 : 80));
}

const NEED_A_KEY = ["openai", "anthropic", "gemini", "azure"];
const NEED_AN_ADDRESS = ["vllm", "ollama", "llama-cpp", "azure", "openai-compatible"];

export const addressesAreGiven: Check = ({ registry }) =>
  registry.providers.flatMap(({ name, type, service, baseUrl }): Fault[] => {
    if (service !== undefined || baseUrl !== undefined || !NEED_AN_ADDRESS.includes(type)) return [];
    const message = `${type} has no address that everybody knows`;
    return [
      { ...atProvider(name), message, hint: "add base_url: https://HOST/v1, or service: a service of this stack" },
    ];
  });

export const secretsArePresent: Check = ({ registry, services, router }) => {
  if (router === undefined) return [];
  return registry.providers.flatMap(({ name, type, key, isActive }): Fault[] => {
    const at = atProvider(name, "key");
    if (!isActive) return [];
    if (key === undefined) {
      if (!NEED_A_KEY.includes(type)) return [];
      const hint = `key: ${type}, then: sudo install-quadlets secrets set ${router.name}/${type}`;
      return [{ ...atProvider(name), message: `${type} answers nobody without a key`, hint }];
    }
    if (key.kind === "supplied") {
      if (!router.secrets.some((secret) => secret.name === key.secret)) return [];
      return [{ ...at, message: `${router.name} has a secret ${key.secret} for itself`, hint: "choose another name" }];
    }
    const owner = services.find((service) => service.name === key.service);
    if (owner?.secrets.some((secret) => secret.name === key.secret) === true) return [];
    const message =
      owner === undefined
        ? `no service of the stack is named ${key.service}`
        : `${key.service} has no secret ${key.secret}`;
    const secrets = services.flatMap((service) => service.secrets.map((secret) => `${service.name}/${secret.name}`));
    return [
      {
        ...at,
        message,
        hint:
          owner === undefined
            ? known(
                "services",
                services.map((one) => one.name),
              )
            : known(
                "secrets",
                secrets.filter((title) => title.startsWith(`${owner.name}/`)),
              ),
      },
    ];
  });
};
