/** Graphics cards on the bus, whether or not a driver knows them. */
import type { System } from "../system/interfaces.ts";

const DEVICES = "/sys/bus/pci/devices";
const NVIDIA = "0x10de";

/** Display controllers (class 3 of the PCI specification) of NVIDIA. */
export async function countNvidiaCards({ files, host }: System): Promise<number> {
  const names = await files.list(DEVICES);
  // The entries are links, into a tree that only the kernel makes.
  const read = (name: string, file: string) => host.readTrusted(`${DEVICES}/${name}/${file}`)?.trim();
  return names.filter((name) => read(name, "vendor") === NVIDIA && read(name, "class")?.startsWith("0x03") === true)
    .length;
}
