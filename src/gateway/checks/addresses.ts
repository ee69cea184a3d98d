/** Checks of where providers answer: an address that is known, one provider each, and open to the service that routes. */
import type { Provider } from "../../model/registry.ts";
import type { Service } from "../../model/service.ts";
import { atProvider, type Check, type Fault, type Given } from "./check.ts";

const NEED_AN_ADDRESS = ["vllm", "ollama", "llama-cpp", "azure", "openai-compatible"];

export const addressesAreGiven: Check = ({ registry }) =>
  registry.providers.flatMap(({ name, type, service, baseUrl }): Fault[] => {
    if (service !== undefined || baseUrl !== undefined || !NEED_AN_ADDRESS.includes(type)) return [];
    const message = `${type} has no address that everybody knows`;
    return [
      { ...atProvider(name), message, hint: "add base_url: https://HOST/v1, or service: a service of this stack" },
    ];
  });

export const portsAreKnown: Check = (given) => {
  const { registry, router } = given;
  if (router === undefined) return [];
  const open = registry.providers.filter(({ isActive, baseUrl }) => isActive && baseUrl !== undefined);
  const twice = open.flatMap((provider, index) => {
    const first = open.slice(0, index).find((earlier) => isSame(earlier, provider));
    if (first === undefined) return [];
    const message = `${provider.baseUrl} is the address of ${first.name} already`;
    return [{ ...atAddress(provider), message, hint: "one address is one provider: remove one of the two" }];
  });
  return [...open.flatMap((provider) => unreachable(provider, given, router)), ...twice];
};

/** With two keys it is two accounts somewhere else, each with limits of its own; a service of the stack has none. */
function isSame(one: Provider, other: Provider): boolean {
  if (plainAddress(one) !== plainAddress(other)) return false;
  const [first, second] = [accountAt(one), accountAt(other)];
  return first === undefined || second === undefined || first === second;
}

function accountAt({ service, key }: Provider): string | undefined {
  if (service !== undefined || key === undefined) return undefined;
  return key.kind === "copy" ? `${key.service}/${key.secret}` : key.secret;
}

/** No server tells a slash at the end from none, and nobody case in scheme and host. */
function plainAddress({ baseUrl = "" }: Provider): string {
  return baseUrl.replace(/\/+$/, "").replace(/^[^/]*\/\/[^/]*/, (start) => start.toLowerCase());
}

/** A program in a container has a loopback of its own: what is forwarded there is what the firewall lets through. */
function unreachable(provider: Provider, { services, domain }: Given, router: Service): readonly Fault[] {
  const at = atAddress(provider);
  const { host, port: number } = addressIn(provider.baseUrl ?? "");
  if (host.endsWith(`.${domain}`)) {
    const owner = services.find(({ routes }) => routes.some((route) => `${route.host}.${domain}` === host));
    const message = `${host} is this host, whose services do not call each other through the tailnet`;
    return [{ ...at, message, hint: `service: ${owner?.name ?? "NAME"}` }];
  }
  if (!/^(localhost|127\.[\d.]+|\[::1\])$/.test(host)) return [];
  const owner = services.find(({ ports }) =>
    ports.some((port) => port.host === number && port.bind.includes("loopback")),
  );
  const port = owner?.ports.find((candidate) => candidate.host === number);
  if (owner === undefined || port === undefined) {
    const message = `no service of the stack has port ${number}, and 127.0.0.1 is the loopback of ${router.name} itself`;
    return [{ ...at, message, hint: "name the service (service: NAME), or an address of another machine" }];
  }
  if (port.consumers.includes(router.name)) return [];
  const message = `${router.name} may not call port ${port.name} of ${owner.name}`;
  const hint = `add ${router.from} to ports.${port.name}.consumers in the service file of ${owner.name}`;
  return [{ ...at, message, hint }];
}

function atAddress({ name, service }: Provider): Pick<Fault, "in" | "path"> {
  return atProvider(name, service === undefined ? "base_url" : "service");
}

function addressIn(url: string): { readonly host: string; readonly port: number } {
  const [, scheme, host = "", port] = /^(https?):\/\/(\[[^\]]*\]|[^/:]+)(?::(\d+))?/.exec(url) ?? [];
  return { host: host.toLowerCase(), port: Number(port ?? (scheme === "https" ? 443 : 80)) };
}
