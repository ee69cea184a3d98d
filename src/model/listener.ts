/** What a program that listens holds. */
import type { ListenerFact } from "./facts.ts";
import type { Bind, Protocol } from "./service.ts";

/** A port of ours; the account that may hold it is not known before there is one. */
export interface PortOfOurs {
  readonly port: number;
  readonly protocols: readonly Protocol[];
  readonly bind: readonly Bind[];
  readonly uid: number | undefined;
}

/** It answers at one of these addresses of the host: because it is bound to it, or to all. */
export function listensAt({ address }: Pick<ListenerFact, "address">, addresses: readonly string[]): boolean {
  return address === "0.0.0.0" || address === "::" || addresses.includes(address);
}

/** Another account has the port where ours is to be bound: the same number at an address that is not ours harms nothing. */
export function isInTheWay(listener: ListenerFact, ours: PortOfOurs, address: string | undefined): boolean {
  const isOurs = listener.uid === ours.uid;
  if (isOurs || listener.port !== ours.port || !ours.protocols.includes(listener.protocol)) return false;
  const bound = ours.bind.map((bind) => (bind === "loopback" ? "127.0.0.1" : address));
  return listensAt(
    listener,
    bound.filter((one) => one !== undefined),
  );
}
