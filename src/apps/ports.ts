/** The register of ports: who is to answer where, and who listens there now. */

import type { AccountFact, ListenerFact } from "../model/facts.ts";
import { listensAt } from "../model/listener.ts";
import type { Bind, Port, Protocol, Stack } from "../model/service.ts";

/** One address of one port. */
export interface PortRow {
  readonly port: number;
  readonly protocol: Protocol;
  /** "tailnet" where the host's own address is looked up when a plan is made. */
  readonly address: string;
  readonly service: string;
  /** Name of the port in the service file. */
  readonly name: string;
  readonly user: string;
  /** The port that the firewall leads here. */
  readonly redirectedFrom: number | undefined;
  readonly listeners: readonly Listening[];
}

export interface Listening {
  readonly address: string;
  readonly uid: number;
  /** Undefined where no account of this host has that uid. */
  readonly user: string | undefined;
  /** "node (pid 7)"; undefined where only root may know. */
  readonly process: string | undefined;
  /** It runs as the user that the port is for. */
  readonly isOwn: boolean;
}

export interface PortFacts {
  readonly accounts: readonly AccountFact[];
  readonly listeners: readonly ListenerFact[];
}

/** By port, then protocol, then address. */
export function portRows(stack: Stack, facts: PortFacts): readonly PortRow[] {
  const rows = stack.services.flatMap(({ name: service, account: { user }, ports }) =>
    ports.flatMap((port) =>
      port.protocols.flatMap((protocol) =>
        port.bind.map((bind): PortRow => {
          const address = addressOf(stack, bind);
          return {
            port: port.host,
            protocol,
            address,
            service,
            name: port.name,
            user,
            redirectedFrom: bind === "tailnet" ? port.redirectFrom : undefined,
            listeners: listenersAt(port, protocol, address, user, facts),
          };
        }),
      ),
    ),
  );
  return rows.toSorted(
    (a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol) || a.address.localeCompare(b.address),
  );
}

/** Of one number: the rows that have it, or that the firewall leads there. */
export function rowsOf(rows: readonly PortRow[], port: number): readonly PortRow[] {
  return rows.filter((row) => row.port === port || row.redirectedFrom === port);
}

/** Whoever listens at a port that is nobody's. */
export function strangersAt(port: number, facts: PortFacts): readonly (Listening & { readonly protocol: Protocol })[] {
  return facts.listeners
    .filter((listener) => listener.port === port)
    .map((listener) => ({ ...describe(listener, "", facts.accounts), protocol: listener.protocol }));
}

function addressOf({ listen }: Stack, bind: Bind): string {
  if (bind === "loopback") return "127.0.0.1";
  return listen === "auto" ? "tailnet" : listen;
}

function listenersAt(
  port: Port,
  protocol: Protocol,
  address: string,
  user: string,
  { listeners, accounts }: PortFacts,
): readonly Listening[] {
  const isThere = (listener: ListenerFact): boolean => {
    if (listener.port !== port.host || listener.protocol !== protocol) return false;
    // Which address the tailnet has is not known here: any that is not this host's own.
    return address === "tailnet" ? !/^(127\.|::1$)/.test(listener.address) : listensAt(listener, [address]);
  };
  return listeners.filter(isThere).map((listener) => describe(listener, user, accounts));
}

function describe(listener: ListenerFact, owner: string, accounts: readonly AccountFact[]): Listening {
  const user = accounts.find(({ uid }) => uid === listener.uid)?.user;
  return {
    address: listener.address,
    uid: listener.uid,
    user,
    process: listener.process === "" ? undefined : listener.process,
    isOwn: user !== undefined && user === owner,
  };
}
