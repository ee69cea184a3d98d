/** What rendering needs to know about the host, besides the stack. */
import { groupBy } from "../model/group-by.ts";
import type { AbsolutePath, Address, ServiceName, UserName } from "../model/names.ts";
import { LISTEN_ADDRESS, TAILSCALE_NAME } from "../model/places.ts";
import { isRouted } from "../model/routed.ts";
import type { Port, Service, Stack } from "../model/service.ts";
import type { Template } from "./handlebars.ts";
import type { Identities } from "./identities.ts";

export interface Site {
  /** The address that everything facing the tailnet listens on. */
  readonly address: Address;
  /** Network interface of that address. */
  readonly interface: string;
  /** This host's name in the tailnet; undefined where no route answers to it. */
  readonly tailscaleName: string | undefined;
  /** People who may call every loopback port. */
  readonly operators: readonly Operator[];
  readonly podmanVersion: string;
  /** Name servers for names outside the zone. */
  readonly nameservers: readonly string[];
  readonly identities: Identities;
  /** Keys of the secrets that the site has set; of the others those that are optional are left out. */
  readonly supplied: ReadonlySet<string>;
  /** Where manual pages of what is installed below /usr/local belong. */
  readonly manRoot: AbsolutePath;
  /** A second directory for the commands, where sudo does not look into /usr/local/bin. */
  readonly sudoDirectory: AbsolutePath | undefined;
  /** Absent where nobody may look without root. */
  readonly readers?: Readers | undefined;
  /** Where this program runs from and which node runs it; undefined where it is not to be installed. */
  readonly tool: Tool | undefined;
  /** Bytes of the weights of a model, about; undefined where nobody knows, or nobody asks. */
  readonly weights?: ((model: string) => number | undefined) | undefined;
  /** Gives a template by its path below templates/; throws a UserError for an unknown one. */
  readonly template: (name: string) => Template;
}

export interface Operator {
  readonly user: UserName;
  readonly uid: number;
}

export interface Readers {
  readonly group: string;
  readonly gid: number;
}

export interface Tool {
  /** Root of the running package. */
  readonly source: AbsolutePath;
  /** Names the build: version and a hash of its files. */
  readonly build: string;
  readonly node: AbsolutePath;
  /** Its manual pages: "svc.1". */
  readonly pages: readonly { readonly name: string; readonly text: string }[];
}

/** The stack with the address and the name of the host filled in everywhere. */
export function atSite(stack: Stack, { address, tailscaleName = "" }: Pick<Site, "address" | "tailscaleName">): Stack {
  const known = (text: string) => text.replaceAll(LISTEN_ADDRESS, address).replaceAll(TAILSCALE_NAME, tailscaleName);
  return fill(stack, known) as Stack;
}

function fill(value: unknown, known: (text: string) => string): unknown {
  if (typeof value === "string") return known(value);
  if (Array.isArray(value)) return value.map((item) => fill(item, known));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, known)]));
  }
  return value;
}

/** A name that a route answers to, and which files in the proxy's directory for certificates vouch for it; "": the site's own. */
export interface RouteName {
  readonly name: string;
  readonly certificate: "" | typeof TAILSCALE_FILES;
}

/** "tailscale.key" and "tailscale.crt" */
export const TAILSCALE_FILES = "tailscale";

export function namesOf(
  stack: Stack,
  { tailscaleName }: Pick<Site, "tailscaleName">,
  host: string,
): readonly RouteName[] {
  const own: RouteName = { name: `${host}.${stack.domain}`, certificate: "" };
  if (tailscaleName === undefined || stack.certificate.tailscale?.host !== host) return [own];
  return [own, { name: tailscaleName, certificate: TAILSCALE_FILES }];
}

/** Services that may call a port on loopback: its declared consumers, and the proxy where a route leads to it. */
export function callersOf(stack: Stack, owner: Service, port: Port): readonly Service[] {
  const names = callerNames(proxiesOf(stack), owner, port);
  return stack.services.filter((other) => names.has(other.name));
}

function proxiesOf(stack: Stack): readonly ServiceName[] {
  return stack.services.filter((service) => service.terminatesTls !== undefined).map((service) => service.name);
}

function callerNames(proxies: readonly ServiceName[], owner: Service, port: Port): ReadonlySet<ServiceName> {
  const routed = isRouted(owner, port);
  const names = new Set([...(routed ? proxies : []), ...port.consumers]);
  names.delete(owner.name);
  return names;
}

/** A port of another service that a service calls. */
export interface Call {
  readonly callee: Service;
  readonly port: Port;
}

export type Calls = ReadonlyMap<ServiceName, readonly Call[]>;

/** What each service calls, callees in the order of the stack. */
export function callsOf(stack: Stack): Calls {
  const proxies = proxiesOf(stack);
  const calls = stack.services.flatMap((callee) =>
    callee.ports.flatMap((port) => [...callerNames(proxies, callee, port)].map((caller) => ({ caller, callee, port }))),
  );
  return groupBy(calls, (call) => call.caller);
}

/** Loopback ports of other services. */
export function upstreamPorts(calls: readonly Call[]): readonly number[] {
  return [...new Set(calls.map(({ port }) => port.host))].sort((a, b) => a - b);
}

/** Services in the order they start: a consumer after what it calls, the proxy after everything it forwards to. */
export function startOrder(stack: Stack, calls: Calls): readonly Service[] {
  // In the order in which they were first met; a cycle of consumers is legal, and the first one met goes last.
  const met = new Set<Service>();
  const ordered: Service[] = [];
  const visit = (service: Service): void => {
    if (met.has(service)) return;
    met.add(service);
    for (const { callee } of calls.get(service.name) ?? []) visit(callee);
    ordered.push(service);
  };
  for (const service of stack.services) visit(service);
  return ordered;
}
