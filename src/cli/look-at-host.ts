/** What `init` wants to know of a host, from the readers that runs and `doctor` use; needs no root. */
import { freeSpace, parseFreeSpace } from "../commands/disk.ts";
import { gatherMemory } from "../doctor/gather-machine.ts";
import { gatherNvidiaDriver } from "../facts/driver.ts";
import { gatherGpus } from "../facts/gpus.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { gatherAddresses } from "../facts/network.ts";
import { countNvidiaCards } from "../facts/pci.ts";
import { gatherTailnet } from "../facts/tailnet.ts";
import type { Found } from "../init/found.ts";
import type { System } from "../system/interfaces.ts";

export async function lookAtHost(system: System): Promise<Found> {
  const [tailnet, gpus, nvidiaCards, memory, room] = await Promise.all([
    gatherTailnet(system),
    gatherGpus(system),
    countNvidiaCards(system),
    gatherMemory(system),
    ifReadable(system.runner.probe(freeSpace(["/var/lib"]))),
  ]);
  const interfaces = system.host.interfaces();
  return {
    addresses: gatherAddresses(system).map((address) => ({ address, interface: interfaces.get(address) ?? "" })),
    hasTailscale: system.host.findProgram("tailscale") !== undefined,
    tailnet,
    gpus,
    driver: gatherNvidiaDriver(system),
    nvidiaCards,
    memoryBytes: memory.total,
    freeBytes: parseFreeSpace(room?.stdout ?? "")[0]?.free,
  };
}
