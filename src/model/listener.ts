/** What a program that listens holds. */
import type { ListenerFact } from "./facts.ts";

/** It answers at one of these addresses of the host: because it is bound to it, or to all. */
export function listensAt({ address }: Pick<ListenerFact, "address">, addresses: readonly string[]): boolean {
  return address === "0.0.0.0" || address === "::" || addresses.includes(address);
}
