/** What rendering needs to know about the host, besides the stack. */
import type { AbsolutePath, Address } from "../model/names.ts";
import { LISTEN_ADDRESS } from "../model/places.ts";
import type { Service, Stack } from "../model/service.ts";
import type { Template } from "./handlebars.ts";
import type { Identities } from "./identities.ts";

export interface Site {
  /** The address that everything facing the tailnet listens on. */
  readonly address: Address;
  readonly podmanVersion: string;
  /** Name servers for names outside the zone. */
  readonly nameservers: readonly string[];
  readonly identities: Identities;
  /** Where this program runs from and which node runs it; undefined where it is not to be installed. */
  readonly tool: Tool | undefined;
  /** Gives a template by its path below templates/; throws a UserError for an unknown one. */
  readonly template: (name: string) => Template;
}

export interface Tool {
  /** Root of the running package. */
  readonly source: AbsolutePath;
  /** Names the build: version and a hash of its files. */
  readonly build: string;
  readonly node: AbsolutePath;
}

/** The stack with the address of the host filled in everywhere. */
export function atAddress(stack: Stack, address: Address): Stack {
  return fill(stack, address) as Stack;
}

function fill(value: unknown, address: string): unknown {
  if (typeof value === "string") return value.replaceAll(LISTEN_ADDRESS, address);
  if (Array.isArray(value)) return value.map((item) => fill(item, address));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, address)]));
  }
  return value;
}

/** Loopback ports of other services that `service` calls: as a declared consumer, or as the proxy of a route. */
export function upstreamPorts(stack: Stack, service: Service): readonly number[] {
  const ports = stack.services
    .filter((other) => other.name !== service.name)
    .flatMap((other) =>
      other.ports.filter((port) => {
        const routed = service.terminatesTls && other.routes.some((route) => route.port === port.name);
        return routed || port.consumers.includes(service.name);
      }),
    );
  return [...new Set(ports.map((port) => port.host))].sort((a, b) => a - b);
}

/** Services in the order they start: a consumer after what it calls, the proxy after everything it forwards to. */
export function startOrder(stack: Stack): readonly Service[] {
  const ordered: Service[] = [];
  const visit = (service: Service, path: readonly Service[]): void => {
    // A cycle of consumers is legal (two services may call each other): the first one met goes first.
    if (ordered.includes(service) || path.includes(service)) return;
    for (const other of stack.services) {
      if (other !== service && calls(service, other)) visit(other, [...path, service]);
    }
    ordered.push(service);
  };
  for (const service of stack.services) visit(service, []);
  return ordered;
}

function calls(caller: Service, callee: Service): boolean {
  if (caller.terminatesTls && callee.routes.length > 0) return true;
  return callee.ports.some((port) => port.consumers.includes(caller.name));
}
