/** Is it the service itself that listens at its loopback port? Its key is for nobody else who happens to have the port. */
import { gatherListeners } from "../facts/listeners.ts";
import type { ListenerFact } from "../model/facts.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";

type Owner = Pick<IndexedService, "uid">;

export async function hasOwnPort(system: System, service: Owner, port: number): Promise<boolean> {
  return holdsPort(await gatherListeners(system), service, port);
}

/** The same, for whoever asks after many and has read the tables. */
export function holdsPort(listeners: readonly ListenerFact[], { uid }: Owner, port: number): boolean {
  return listeners.some((one) => one.port === port && one.uid === uid);
}
