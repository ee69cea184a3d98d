/** Is it the service itself that listens at its loopback port? Its key is for nobody else who happens to have the port. */
import { gatherListeners } from "../facts/listeners.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";

export async function hasOwnPort(system: System, { uid }: Pick<IndexedService, "uid">, port: number): Promise<boolean> {
  return (await gatherListeners(system)).some((one) => one.port === port && one.uid === uid);
}
