/** Which tables of the firewall are loaded, from the kernel. */
import { listTable } from "../commands/nft.ts";
import type { DesiredSystemUnit } from "../model/resource.ts";
import type { System } from "../system/interfaces.ts";

export async function gatherMissingTables(
  system: System,
  units: readonly DesiredSystemUnit[],
): Promise<readonly string[]> {
  const wanted = units.flatMap(({ table }) => table ?? []);
  const answers = await Promise.all(wanted.map((table) => system.runner.probe(listTable("inet", table))));
  return wanted.filter((_, index) => answers[index]?.exitCode !== 0);
}
